"""Apps removed from a server before it is destroyed, whoever owns them."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.domain.errors import Conflict
from chalicelib.ports.records import Record
from chalicelib.services.deployments.homes import GONE
from chalicelib.services.deployments.removing import remove_deployment
from chalicelib.services.nodes.residents import residents
from chalicelib.services.tools import Tools
from chalicelib.services.work.work import CANCELLABLE, cancel_work

PAGE = 100
AT_ONCE = 20
"""How many removals are in hand on a server at most."""
REASON = "server_destroyed"


def remove_apps(tools: Tools, provision: Record, *, patience: float, waited: float) -> str:
    """Begin the removal of every app on a server that goes with its apps; returns what is awaited.

    Work in hand on an app is cancelled first, or ends by itself. An app whose removal failed is
    not tried again, and what is not gone after `patience` seconds goes with the server and is
    closed then. Nothing is asked of a server that is gone, or that cannot be seen.
    """
    known = provision.attributes
    if not known.get("with_apps") or known.get("ends_as") != "destroyed":
        return ""
    node = tools.records().get(known.get("node_id") or "")
    if node is None or node.status in GONE or waited > patience:
        return ""
    if node.health == "unreachable":
        return ""
    going = 0
    for app in everybody(tools, node.id):
        going += _is_going(tools, provision, app)
        if going == AT_ONCE:
            break
    return f"Removing the apps that live there: {going} are going." if going else ""


def everybody(tools: Tools, node: str) -> Iterator[Record]:
    """Read the deployments of a node, a page at a time."""
    after = None
    while True:
        page = residents(tools, node, limit=PAGE, after=after)
        yield from page.records
        after = page.after
        if after is None:
            return


def _is_going(tools: Tools, provision: Record, app: Record) -> bool:
    """Let an app go; False when it is gone, or did not let itself be removed."""
    asked_by = f"{provision.id}-g{provision.generation}"
    if app.status == "deleted":
        return False
    try:
        if app.work is not None:
            if app.work.kind in CANCELLABLE:
                cancel_work(tools, app, actor="hoster")
            return True
        if app.status == "failed" and app.attributes.get("asked_by") == asked_by:
            return False
        actor = provision.owner if app.owner == provision.owner else "hoster"
        remove_deployment(tools, app, actor=actor, reason=REASON, asked_by=asked_by)
    except Conflict:
        # It is not any more what the index says: the next look sees what it is.
        return True
    return True
