"""Checks of a node: whether Hoster can log in and Docker answers there, and what it has."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from chalicelib.domain.errors import (
    Conflict,
    Contended,
    DockerUnavailable,
    HostKeyChanged,
    Stale,
)
from chalicelib.domain.host_keys import fingerprint
from chalicelib.domain.node_health import (
    MISSES,
    Machine,
    Warned,
    clock_off,
    health_with,
    read_warnings,
    warnings_of,
    with_docker_silent,
)
from chalicelib.ports.records import Change, Record
from chalicelib.services.secrets.logins import first_login_of, login_of
from chalicelib.services.tools import Tools
from chalicelib.services.work.failures import reason_of
from chalicelib.services.work.work import begin_work

CHECKED = frozenset({"online", "offline"})
"""The states between which a check moves a node; from the others its owner does."""
UNREACHABLE = frozenset({"host_unreachable", "host_key_changed", "login_refused", "not_checked"})
UNHEALTHY = frozenset({"docker_unavailable", "command_failed", "disk_full", "not_ready"})
OFFERED = "offered_host_key_fingerprint"
"""Of a host key that was shown in place of the pinned one, and refused."""
ACCEPTED = "accepted_host_key_fingerprint"
"""Of the one that its owner accepted instead: no other is pinned."""
HAS_DOOR, DOOR_ASKED, DOOR_UNTIL = "encrypted_hop", "door_asked", "door_until"
"""Whether the app proxy comes through a door; whether its owner asked; until when its
certificate holds."""
DOOR_LED = "door_led"
"""False while not every app is led by the way that there is now."""
TRIES = 4


def begin_check(tools: Tools, node: Record, *, actor: str) -> Record:
    """Begin a check. Raises `Conflict` while one is in hand, and for a node that is lost."""
    refuse_lost(node)
    return begin_work(tools, node, kind="check", actor=actor, status=None)


def refuse_lost(node: Record) -> None:
    """Refuse to log in to a node that its owner gave up. Raises `Conflict`, `wrong_state`."""
    if node.status == "lost":
        detail = "This server was declared lost; it can only be deleted."
        raise Conflict(detail, code="wrong_state")


def reach_node(tools: Tools, node: Record) -> None:
    """Log in once; pin the host key that is met when none is pinned yet.

    Where its owner accepted a key that was offered in place of an earlier one, only that one is
    pinned. Raises `HostUnreachable`, `HostKeyChanged` or `LoginRefused`.
    """
    try:
        with tools.connect()(first_login_of(tools, node)) as connection:
            met = connection.host_key
    except HostKeyChanged as error:
        _note_offered(tools, node, error.offered)
        raise
    if node.attributes.get("host_key"):
        return
    shown, accepted = fingerprint(met), node.attributes.get(ACCEPTED)
    if accepted and shown != accepted:
        _note_offered(tools, node, shown)
        raise HostKeyChanged(
            f"The server shows the host key {shown}, and not {accepted} that was accepted. Compare"
            " it with what the server itself says, and accept it if it is the server's."
        )
    pinned = Change(
        of=node,
        attributes={
            "host_key": met,
            "host_key_fingerprint": shown,
            OFFERED: None,
            ACCEPTED: None,
        },
        if_generation=node.generation,
        if_working=True,
    )
    told = tools.told(node, "host_key_pinned", "hoster", key=met, fingerprint=shown)
    tools.records().commit(pinned, told)


def _note_offered(tools: Tools, node: Record, offered: str) -> None:
    """Keep the fingerprint of a key that is not the pinned one, for its owner to compare."""
    if offered and offered != node.attributes.get(OFFERED):
        change = Change(
            of=node, attributes={OFFERED: offered}, if_generation=node.generation, if_working=True
        )
        tools.records().commit(change)


def measure_node(tools: Tools, node: Record) -> None:
    """Ask the machine and its Docker what there is, and end the check: the node is online.

    It was checked, and seen, at one moment: when it answered.

    Raises `DockerUnavailable` besides what `reach_node` raises.
    """
    with tools.connect()(login_of(tools, node)) as connection:
        asked = tools.now()
        facts = connection.facts()
        answered = tools.now()
    if not facts.docker_version:
        socket = node.attributes.get("docker_socket") or "its usual socket"
        detail = f"The server answers over SSH, but no Docker Engine answers on {socket}."
        raise DockerUnavailable(f"{detail} Install it, start it, or name another socket.")
    off = clock_off(facts.at, asked, answered) if facts.at else 0.0
    warnings = warnings_of(Machine(facts.disk_used_percent, off), _warned(node).keys())
    measured = {
        "capacity_cpu_cores": facts.cpu_cores,
        "capacity_memory_mb": facts.memory_mb,
        "capacity_disk_mb": facts.disk_mb,
        "disk_used_percent": facts.disk_used_percent,
        "docker_version": facts.docker_version,
        "host_key_fingerprint": fingerprint(node.attributes["host_key"]),
        "warnings": [asdict(one) for one in warnings],
        "misses": 0,
        "last_seen_at": answered,
        HAS_DOOR: bool(node.attributes.get(HAS_DOOR)),
        "error_code": None,
        "error_message": None,
        OFFERED: None,
    }
    health = health_with(warnings)
    _end(tools, node, at=answered, status="online", health=health, attributes=measured)


def note_door(tools: Tools, node: Record, **found: Any) -> None:
    """Write down what there is of a node's door."""
    change = Change(of=node, attributes=found, if_generation=node.generation, if_working=True)
    tools.records().commit(change)


def note_failure(tools: Tools, node: Record, error: str) -> None:
    """End a check that failed: the node is offline, with the reason.

    What failed on our side says nothing of the node, which stays as it was.
    """
    code, detail = reason_of(tools, node, error)
    health = "unreachable" if code in UNREACHABLE else "unknown"
    health = "unhealthy" if code in UNHEALTHY else health
    attributes: dict[str, Any] = {"error_code": code, "error_message": detail}
    if health != "unknown":
        attributes["misses"] = MISSES
    if code == DockerUnavailable.code:
        warnings = with_docker_silent(_warned(node).values())
        attributes["warnings"] = [asdict(one) for one in warnings]
    status = None if health == "unknown" else "offline"
    _end(tools, node, at=tools.now(), status=status, health=health, attributes=attributes)


def _warned(node: Record) -> dict[str, Warned]:
    """What the owner of a node is warned of, by code."""
    return {one.code: one for one in read_warnings(node.attributes.get("warnings") or ())}


def _end(
    tools: Tools,
    node: Record,
    *,
    at: str,
    status: str | None,
    health: str,
    attributes: dict[str, Any],
) -> None:
    """End a check in hand, made at a moment; a node that its owner parked meanwhile stays parked.

    That moment stays while others' writes are waited for: it tells what was found, not when it
    could be written.
    """
    found: Record | None = node
    for _ in range(TRIES):
        if found is None or found.work is None or found.generation != node.generation:
            raise Stale("This check was superseded.")
        becomes = status if found.status in CHECKED else None
        change = Change(
            of=found,
            status=becomes,
            health=health,
            attributes={**attributes, "last_health_check": at},
            clear_work=True,
            if_status=(found.status,),
            if_generation=found.generation,
            if_working=True,
        )
        stands = becomes or found.status
        told = tools.told(found, "node_checked", "hoster", status=stands, health=health)
        try:
            tools.records().commit(change, told)
        except Stale:
            found = tools.records().get(node.id)
        else:
            return
    raise Contended("The node keeps changing; the check is tried again.")
