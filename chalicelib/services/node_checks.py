"""Checks of a node: whether Hoster can log in and Docker answers there, and what it has."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.errors import Conflict, Contended, DockerUnavailable, Stale
from chalicelib.ports.records import Change, Record
from chalicelib.services.failures import reason_of
from chalicelib.services.logins import first_login_of, login_of
from chalicelib.services.tools import Tools
from chalicelib.services.work import begin_work

CHECKED = frozenset({"online", "offline"})
"""The states between which a check moves a node; from the others its owner does."""
UNREACHABLE = frozenset({"host_unreachable", "host_key_changed", "login_refused", "not_checked"})
UNHEALTHY = frozenset({"docker_unavailable", "command_failed", "disk_full", "not_ready"})
TRIES = 4


def begin_check(tools: Tools, node: Record, *, actor: str) -> Record:
    """Begin a check. Raises `Conflict` while one is in hand, and for a node that is lost."""
    if node.status == "lost":
        detail = "This server was declared lost; it can only be deleted."
        raise Conflict(detail, code="wrong_state")
    return begin_work(tools, node, kind="check", actor=actor, status=None)


def reach_node(tools: Tools, node: Record) -> None:
    """Log in once; pin the host key that is met when none is pinned yet.

    Raises `HostUnreachable`, `HostKeyChanged` or `LoginRefused`.
    """
    with tools.connect()(first_login_of(tools, node)) as connection:
        met = connection.host_key
    if not node.attributes.get("host_key"):
        pinned = Change(
            of=node, attributes={"host_key": met}, if_generation=node.generation, if_working=True
        )
        tools.records().commit(pinned, tools.told(node, "host_key_pinned", "hoster", key=met))


def measure_node(tools: Tools, node: Record) -> None:
    """Ask the machine and its Docker what there is, and end the check: the node is online.

    Raises `DockerUnavailable` besides what `reach_node` raises.
    """
    with tools.connect()(login_of(tools, node)) as connection:
        facts = connection.facts()
    if not facts.docker_version:
        socket = node.attributes.get("docker_socket") or "its usual socket"
        detail = f"The server answers over SSH, but no Docker Engine answers on {socket}."
        raise DockerUnavailable(f"{detail} Install it, start it, or name another socket.")
    measured = {
        "capacity_cpu_cores": facts.cpu_cores,
        "capacity_memory_mb": facts.memory_mb,
        "capacity_disk_mb": facts.disk_mb,
        "disk_used_percent": facts.disk_used_percent,
        "docker_version": facts.docker_version,
        "error_code": None,
        "error_message": None,
    }
    _end(tools, node, status="online", health="healthy", attributes=measured)


def note_failure(tools: Tools, node: Record, error: str) -> None:
    """End a check that failed: the node is offline, with the reason.

    What failed on our side says nothing of the node, which stays as it was.
    """
    code, detail = reason_of(tools, node, error)
    health = "unreachable" if code in UNREACHABLE else "unknown"
    health = "unhealthy" if code in UNHEALTHY else health
    attributes = {"error_code": code, "error_message": detail}
    status = None if health == "unknown" else "offline"
    _end(tools, node, status=status, health=health, attributes=attributes)


def _end(
    tools: Tools, node: Record, *, status: str | None, health: str, attributes: dict[str, Any]
) -> None:
    """End a check in hand; a node that its owner parked meanwhile stays parked."""
    found: Record | None = node
    for _ in range(TRIES):
        if found is None or found.work is None or found.generation != node.generation:
            raise Stale("This check was superseded.")
        becomes = status if found.status in CHECKED else None
        change = Change(
            of=found,
            status=becomes,
            health=health,
            attributes={**attributes, "last_health_check": tools.now()},
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
