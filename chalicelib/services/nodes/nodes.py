"""Nodes that people bring: recorded, changed and given up.

A node is online only after a check has logged in to it, so every change of how it is reached
takes it offline and begins one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chalicelib.domain.addresses import is_allowed
from chalicelib.domain.errors import BadRequest, Conflict, Fault, Invalid, Stale, Taken
from chalicelib.domain.limits import PlanLimits
from chalicelib.ports.records import Change, Count, Create, OpenTimeline, Record, Write
from chalicelib.resources.nodes import OF_ANY_NODE, OF_LOGIN, CreateNode, UpdateNode
from chalicelib.services import uses
from chalicelib.services.accounts import limits as plan_limits
from chalicelib.services.counters import total_key
from chalicelib.services.nodes.node_checks import (
    ACCEPTED,
    DOOR_ASKED,
    HAS_DOOR,
    OFFERED,
    refuse_lost,
)
from chalicelib.services.nodes.residents import is_counted, refuse_inhabited, residents
from chalicelib.services.tools import Tools
from chalicelib.services.work.work import begin_work, start, work_of

LIVE = ("offline", "online", "maintenance", "lost")


def add_node(tools: Tools, given: CreateNode, *, owner: str, limits: PlanLimits) -> Record:
    """Record a node together with its first check, then start that.

    Raises `Invalid` for an address or key that may not be used, and `Forbidden` with code
    `plan_limit_exceeded`.
    """
    faults: list[Fault] = []
    address = _address(tools, given.ssh_host, faults)
    key = _key(tools, given.ssh_key_id, owner, faults)
    if faults:
        raise Invalid(tuple(faults))
    record = _record(tools, given, owner, address)
    work = record.work
    assert work is not None  # noqa: S101 - made with its work just above
    try:
        plan_limits.claim(
            tools,
            limits,
            owner,
            plan_limits.A_NODE,
            Create(record),
            OpenTimeline(record.id, work, work.started_at),
            Count(total_key("nodes", owner), 1),
            *(uses.begun(key, record.id) if key else ()),
            tools.told(record, "created", owner, public=record.public),
        )
    except Stale:
        # The key went at the same moment: say so.
        _key(tools, given.ssh_key_id, owner, faults)
        if faults:
            raise Invalid(tuple(faults)) from None
        raise
    start(tools, record.id, work)
    return record


def _record(tools: Tools, given: CreateNode, owner: str, address: str) -> Record:
    node_id, now = tools.new_id("node_"), tools.now()
    return Record(
        id=node_id,
        type="nodes",
        owner=owner,
        status="offline",
        created_at=now,
        updated_at=now,
        generation=1,
        work=work_of(tools, node_id, "check"),
        attributes={
            **given.model_dump(),
            "address": address,
            "host_key": None,
            HAS_DOOR: False,
            "provider_type": "manual",
        },
        parent=given.ssh_key_id,
        public=given.public,
    )


def _address(tools: Tools, host: str, faults: list[Fault]) -> str:
    """Resolve a host; what is wrong with it is added to `faults`.

    Every address of a name must be allowed, so that none of them can be reached by chance.
    """
    found = (host,) if host.replace(".", "").isdigit() else tools.addresses(host)
    refused = [a for a in found if not is_allowed(a, tools.settings().refused_networks)]
    if refused:
        where = refused[0] if refused[0] == host else f"{host} leads to {refused[0]}, which"
        detail = (
            f"ssh_host: {where} lies in a network in which no server may be: loopback, link-local,"
            " multicast, reserved, or the platform's own. Give the server's public address."
        )
        faults.append(Fault("/data/attributes/ssh_host", detail))
    if not found:
        detail = f"ssh_host: no IPv4 address of {host} can be found. Check the name, or try again."
        faults.append(Fault("/data/attributes/ssh_host", detail))
    return found[0] if found else ""


def _key(tools: Tools, key_id: str | None, owner: str, faults: list[Fault]) -> Record | None:
    """Read the owner's key, if any was named; what is wrong with it is added to `faults`."""
    if key_id is None:
        return None
    key, pointer = tools.records().get(key_id), "/data/attributes/ssh_key_id"
    own = key is not None and key.type == "ssh_keys" and key.owner == owner
    if key is None or not own or key.status == "deleted":
        faults.append(Fault(pointer, f"There is no SSH key {key_id} of yours.", "not_found"))
        return None
    made_for = key.attributes.get("provision_id")
    if made_for:
        detail = f"ssh_key_id: this key was made for {made_for} and goes with it; use another."
        faults.append(Fault(pointer, detail))
    return key


def change_node(
    tools: Tools, node: Record, given: UpdateNode, sent: frozenset[str], *, version: int | None
) -> Record:
    """Change a node; a change of how it is reached forgets its host key and begins a check.

    `version` is the one that the record must still have, if any. Raises `Invalid`, `Conflict`
    with code `work_in_progress` while a check of the old login is in hand, `wrong_state` for a
    node that is lost or `conflict` for a host key that is not offered now, and `Stale`.
    """
    values = _changes(tools, node, given, sent)
    also: dict[str, Any] = {"if_version": version}
    if "public" in sent:
        also["public"] = given.public
    told = tools.told(node, "updated", node.owner, fields=sorted(sent))
    reached_by = (OF_LOGIN | {"address"}) & values.keys()
    same = all(values[name] == node.attributes.get(name) for name in reached_by)
    if same and not _is_other_key(node, sent) and _wants_other_door(node, values):
        refuse_lost(node)
        return begin_work(
            tools,
            node,
            kind="check",
            actor=node.owner,
            status=None,
            attributes=values,
            also=also,
            told=told,
        )
    if same and not _is_other_key(node, sent):
        tools.records().commit(Change(of=node, attributes=values, if_status=LIVE, **also), told)
        return tools.records().get(node.id) or node
    refuse_lost(node)
    if ACCEPTED in sent:
        _refuse_unoffered(node, values[ACCEPTED])
    if "ssh_key_id" in sent:
        also["parent"] = given.ssh_key_id or ""
    begun = begin_work(
        tools,
        node,
        kind="check",
        actor=node.owner,
        status="offline" if node.status == "online" else None,
        attributes={**values, **_anew(values)},
        also={**also, "health": "unknown"},
        told=told,
        extra=_other_key(tools, node, values),
    )
    return replace(begun, health="unknown", public=also.get("public", node.public))


def _wants_other_door(node: Record, values: dict[str, Any]) -> bool:
    """Whether a door is to be put up or taken away."""
    asked = values.get(DOOR_ASKED)
    return asked is not None and asked != bool(node.attributes.get(HAS_DOOR))


def _is_other_key(node: Record, sent: frozenset[str]) -> bool:
    """Whether a host key is accepted, or given up with what was offered or accepted before."""
    is_left = bool(node.attributes.get(OFFERED) or node.attributes.get(ACCEPTED))
    return ACCEPTED in sent or ("host_key" in sent and is_left)


def _refuse_unoffered(node: Record, compared: str) -> None:
    """Refuse a host key that its owner did not compare with the one that is offered now."""
    offered = node.attributes.get(OFFERED)
    if compared != offered:
        detail = f"The host key that the server offers now is {offered or 'none'}, not {compared}."
        raise Conflict(f"{detail} Check the server, and compare the key that it shows then.")


def _anew(values: dict[str, Any]) -> dict[str, Any]:
    """What is forgotten of a node that is reached another way.

    Where its owner accepts a host key, the check that follows pins that one and no other.
    """
    nothing = ("host_key", "host_key_fingerprint", OFFERED, "misses", "warnings")
    return {**dict.fromkeys(nothing), ACCEPTED: values.get(ACCEPTED)}


def _other_key(tools: Tools, node: Record, values: dict[str, Any]) -> tuple[Write, ...]:
    """End the use of a node's key and begin that of another one, if it changes."""
    old = node.attributes.get("ssh_key_id")
    if values.get("ssh_key_id", old) == old:
        return ()
    key = tools.records().get(values["ssh_key_id"] or "")
    writes = uses.begun(key, node.id) if key else ()
    return (*writes, uses.ended(old, node.id)) if old else writes


def _changes(tools: Tools, node: Record, given: UpdateNode, sent: frozenset[str]) -> dict[str, Any]:
    """The attributes to write. Raises `BadRequest` for none, and `Invalid` with every fault."""
    if not sent:
        raise BadRequest("Send at least one attribute to change.", pointer="/data/attributes")
    values = given.model_dump(include=set(sent))
    if HAS_DOOR in values:
        values[DOOR_ASKED] = values.pop(HAS_DOOR)
    faults = _kept_by_us(sent) if node.attributes.get("provision_id") else []
    if "ssh_host" in sent and not faults:
        values["address"] = _address(tools, given.ssh_host, faults)
    if "ssh_key_id" in sent:
        _key(tools, given.ssh_key_id, node.owner, faults)
    if faults:
        raise Invalid(tuple(faults))
    return values


def _kept_by_us(sent: frozenset[str]) -> list[Fault]:
    """What may not be changed of a node that Hoster made."""
    able = ", ".join(sorted(OF_ANY_NODE))
    why = f"Hoster made this server and sets this itself. You can change {able}."
    return [
        Fault(f"/data/attributes/{name}", f"{name}: {why}") for name in sorted(sent - OF_ANY_NODE)
    ]


def remove_node(tools: Tools, node: Record, *, version: int | None) -> None:
    """Bury a brought node and give its counters back; a check in hand ends.

    Raises `Conflict` with code `in_use` while apps live there, or for a node that goes with its
    provision, and `Stale`.
    """
    made_by = tools.records().get(node.attributes.get("provision_id") or "")
    if made_by is not None and made_by.status != "destroyed":
        detail = f"Hoster made this server: delete its provision {made_by.id}, and it goes too."
        raise Conflict(detail, code="in_use")
    miscounted = _is_miscounted(tools, node)
    if not miscounted:
        refuse_inhabited(tools, node.id, reader=node.owner)
    counted = [Count(total_key("nodes", node.owner), -1)]
    if made_by is None:
        counted += plan_limits.give_back(node.owner, plan_limits.A_NODE)
        if key := node.attributes.get("ssh_key_id"):
            counted.append(uses.ended(key, node.id))
    try:
        tools.records().commit(
            Change(
                of=node,
                status="deleted",
                bury=True,
                clear_work=True,
                if_status=LIVE,
                if_version=version,
            ),
            *counted,
            *(() if miscounted else uses.none_left(node.id)),
            tools.told(node, "deleted", node.owner),
        )
    except Taken:
        refuse_inhabited(tools, node.id, reader=node.owner)
        raise
    except Stale:
        if version is None:
            return
        raise


def _is_miscounted(tools: Tools, node: Record) -> bool:
    """Whether apps are counted on a lost node that has none: they were closed, or never were.

    Nothing is placed there any more, so that such a count must not keep its record alive.
    """
    if node.status != "lost" or node.work is not None:
        return False
    return is_counted(tools, node.id) and not residents(tools, node.id, limit=1).records
