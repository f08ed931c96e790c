"""Nodes parked by their owners: nothing new is placed there, what runs goes on."""

from __future__ import annotations

from chalicelib.domain.errors import Conflict, Stale
from chalicelib.ports.records import Change, Record
from chalicelib.services.tools import Tools
from chalicelib.services.work.work import begin_work

ABLE = ("online", "offline", "maintenance")


def enter_maintenance(tools: Tools, node: Record, *, actor: str) -> Record:
    """Park a node; one that is parked stays so. Raises `Conflict` for a node that is lost."""
    if node.status == "maintenance":
        return node
    try:
        tools.records().commit(
            Change(of=node, status="maintenance", if_status=ABLE),
            tools.told(node, "maintenance_begun", actor),
        )
    except Stale as error:
        detail = f"A node that is {node.status} cannot go into maintenance."
        raise Conflict(detail, code="wrong_state") from error
    return tools.records().get(node.id) or node


def leave_maintenance(tools: Tools, node: Record, *, actor: str) -> Record:
    """Bring a node back: it is offline until the check that this begins finds it well.

    Raises `Conflict` unless it is in maintenance, while its server is being destroyed, and when
    that failed.
    """
    if node.status != "maintenance":
        detail = f"This node is {node.status}, not in maintenance."
        raise Conflict(detail, code="wrong_state")
    made_by = tools.records().get(node.attributes.get("provision_id") or "")
    if made_by is not None and made_by.status in {"destroying", "destroyed"}:
        raise Conflict("This server is being destroyed.", code="wrong_state")
    if made_by is not None and _was_to_go(made_by):
        detail = "This server was to be destroyed, which failed: try again or destroy it first."
        raise Conflict(detail, code="wrong_state")
    told = tools.told(node, "maintenance_ended", actor)
    if node.work is None:
        return begin_work(tools, node, kind="check", actor=actor, status="offline", told=told)
    # A check is in hand, and finds the node outside of maintenance when it ends.
    change = Change(of=node, status="offline", if_status=("maintenance",), if_working=True)
    try:
        tools.records().commit(change, told)
    except Stale as error:
        detail = "It changed meanwhile; look at it again and repeat what is still wanted."
        raise Conflict(detail, code="wrong_state") from error
    return tools.records().get(node.id) or node


def _was_to_go(provision: Record) -> bool:
    """Whether a server is to go by its owner: one that was only missed may be there again."""
    known = provision.attributes
    wanted = known.get("ends_as") != "gone_at_provider"
    return provision.status == "failed" and known.get("failed_from") == "destroying" and wanted
