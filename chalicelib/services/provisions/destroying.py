"""Servers at a provider: their destroy begun, their node retired, and taken out of every list."""

from __future__ import annotations

from typing import Any, Literal

from chalicelib.domain.errors import Conflict, NotReady, Stale, Taken
from chalicelib.ports.records import Change, Count, Record, Write
from chalicelib.resources.nodes import NODES
from chalicelib.services import uses
from chalicelib.services.accounts import limits as plan_limits
from chalicelib.services.counters import total_key
from chalicelib.services.nodes.residents import is_counted, refuse_inhabited, residents
from chalicelib.services.tools import Tools
from chalicelib.services.work.work import begin_work, end_work

EndedReason = Literal["destroyed", "gone_at_provider", "declared_gone"]
TRIES = 5
LIVING_NODE = tuple(sorted(NODES.states.names - {NODES.states.final}))
IN_USE = tuple(name for name in LIVING_NODE if name != "lost")
"""The states of a node that apps may be placed on, now or later."""
BEGUN: dict[EndedReason, str] = {
    "destroyed": "destroy_begun",
    "gone_at_provider": "vanishing_noticed",
    "declared_gone": "gone_declared",
}
"""What is told of each destroy when it begins."""


def begin_destroy(
    tools: Tools,
    provision: Record,
    *,
    actor: str,
    with_apps: bool = False,
    declared_gone: bool = False,
    ended_reason: EndedReason = "destroyed",
) -> Record:
    """Begin the destroy; one in hand is joined, but for a declaration, which needs no provider.

    What is made of the server at this moment is taken over: its order is on the record before
    the provider is asked. `with_apps` lets the apps there go first, and then whatever is left of
    them. With `gone_at_provider`, found without anybody's asking, nothing in hand is taken over.
    Raises `Conflict` with code `in_use` naming the apps that live there.
    """
    reason: EndedReason = "declared_gone" if declared_gone else ended_reason
    for left in reversed(range(TRIES)):
        if provision.status == "destroyed" or _is_joined(provision, reason):
            return provision
        node = provision.attributes.get("node_id")
        if node and not with_apps:
            refuse_inhabited(tools, node, reader=provision.owner)
        try:
            return _begin(tools, provision, actor, reason, with_apps=with_apps)
        except Taken as error:
            # An app was placed there, or about to go: asking again tells.
            if not left:
                raise Conflict("An app is about to go; try again.", code="in_use") from error
        except Conflict:
            found = tools.records().get(provision.id)
            moved = found is not None and found.version != provision.version
            if found is None or not moved or provision.pinned or not left:
                raise
            provision = found
    raise Conflict("It keeps changing; try again.", code="work_in_progress")


def _is_joined(provision: Record, reason: EndedReason) -> bool:
    if provision.work is None or provision.work.kind != "destroy":
        return False
    return reason != "declared_gone" or bool(provision.attributes.get("declared_gone"))


def _begin(
    tools: Tools, provision: Record, actor: str, reason: EndedReason, *, with_apps: bool
) -> Record:
    work = provision.work
    over = {"provision"} if reason == "destroyed" else {"provision", "destroy"}
    name = BEGUN[reason]
    if reason == "destroyed" and with_apps:
        name = "destroy_with_apps_begun"
    return begin_work(
        tools,
        provision,
        kind="destroy",
        actor=actor,
        status="destroying",
        attributes={
            "with_apps": with_apps,
            "declared_gone": reason == "declared_gone",
            "ends_as": reason,
            "taken_over": {"step": work.step, "at": tools.now()} if work else None,
        },
        told=tools.told(provision, name, actor, generation=provision.generation + 1),
        extra=() if with_apps else _emptied(tools, provision),
        over=frozenset() if reason == "gone_at_provider" else frozenset(over),
    )


def _emptied(tools: Tools, provision: Record) -> tuple[Write, ...]:
    """Take the node out of service on condition that nothing uses it, if it is in use at all."""
    node = tools.records().get(provision.attributes.get("node_id") or "")
    if node is None or node.status not in IN_USE:
        return ()
    return (Change(of=node, status="maintenance", if_status=IN_USE), *uses.none_left(node.id))


def retire_node(tools: Tools, provision: Record) -> None:
    """Take the node out of service, so that nothing new is placed on it.

    Raises `Conflict` with code `in_use` when apps live there that are not to go with it.
    """
    node = tools.records().get(provision.attributes.get("node_id") or "")
    if node is None or node.status == "deleted":
        return
    retired = Change(
        of=node,
        status=None if node.status == "lost" else "maintenance",
        if_status=(node.status,),
    )
    empty = () if provision.attributes.get("with_apps") else uses.none_left(node.id)
    try:
        tools.records().commit(retired, *empty)
    except Taken as error:
        refuse_inhabited(tools, node.id, reader=provision.owner)
        raise NotReady("An app was about to go; asking again tells.") from error
    except Stale as error:
        raise NotReady("The server changed meanwhile.") from error


def finish_destroy(tools: Tools, provision: Record) -> None:
    """Bury the node, the key and the provision together; the tombstone says why it ended."""
    reason = provision.attributes.get("ends_as") or "destroyed"
    extra: list[Write] = [
        tools.told(provision, "destroyed", "hoster", reason=reason),
        Count(total_key("cloud_provisions", provision.owner), -1),
        uses.ended(provision.attributes["credential_id"], provision.id),
        *plan_limits.give_back(provision.owner, plan_limits.of_provision(provision)),
    ]
    node = tools.records().get(provision.attributes.get("node_id") or "")
    if node is not None and node.status != "deleted":
        extra += _buried(tools, node, provision, LIVING_NODE)
        extra += _unused(tools, node)
    key = tools.records().get(provision.attributes.get("ssh_key_id") or "")
    if key is not None and key.status != "deleted":
        extra += _buried(tools, key, provision, (key.status,))
    end_work(
        tools,
        provision,
        status="destroyed",
        attributes={"ended_reason": reason},
        bury=True,
        extra=tuple(extra),
    )


def _unused(tools: Tools, node: Record) -> tuple[Write, ...]:
    """Forget what counts the apps of a node that is empty: nothing is placed there any more.

    A count that nothing stands behind must not keep the server's record alive.
    """
    if not is_counted(tools, node.id):
        return uses.none_left(node.id)
    if residents(tools, node.id, limit=1).records:
        raise NotReady("An app is still being closed there.")
    return ()


def _buried(
    tools: Tools, record: Record, provision: Record, living: tuple[str, ...]
) -> tuple[Write, ...]:
    """Bury what goes with a provision, whatever is being done to it."""
    changes: dict[str, Any] = {"status": "deleted", "bury": True, "clear_work": True}
    return (
        Change(of=record, if_status=living, **changes),
        Count(total_key(record.type, record.owner), -1),
        tools.told(record, "deleted", "hoster", provision=provision.id),
    )
