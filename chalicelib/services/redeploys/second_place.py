"""Ports, room and a name for what comes next, reserved beside what the deployment has."""

from __future__ import annotations

from typing import Any, NamedTuple

from chalicelib.domain.errors import Conflict, LimitReached, Stale, Taken
from chalicelib.domain.placement import Room
from chalicelib.domain.redeploy import Replacement, replacement, standing
from chalicelib.ports.records import Record, Reserve
from chalicelib.services.counters import host_key, port_key
from chalicelib.services.deployments.capacity import room_of, taken
from chalicelib.services.deployments.choosing import still_usable, usable_node
from chalicelib.services.deployments.coming import (
    change_next,
    has_come,
    in_hand,
    next_of,
    routed_port,
    wanted,
)
from chalicelib.services.deployments.host_ports import free_ports
from chalicelib.services.deployments.placement import TRIES
from chalicelib.services.deployments.plans import plan_of
from chalicelib.services.domains.automatic_names import new_host
from chalicelib.services.tools import Tools


def place_redeploy(tools: Tools, deployment: Record) -> None:
    """Reserve ports, room and a name for what comes next; repeats change nothing.

    Raises `Conflict` with code `ports_full` or `node_full`, what `usable_node` raises, and the
    reason of an undoing that an earlier attempt had begun.
    """
    if has_come(deployment):
        return
    _refuse_undoing(deployment)
    coming = in_hand(deployment)
    target = wanted(deployment)
    node = usable_node(tools, target)
    if coming["reserved"]:
        return
    old, new = plan_of(tools, deployment), plan_of(tools, target)
    how = replacement(old, new, {})
    room = _more_room(deployment, target, standing(old, new, how), how)
    for attempt in range(TRIES):
        place = _find_place(tools, deployment, node, how.beside, attempt=attempt)
        try:
            change_next(
                tools,
                deployment,
                still_usable(node, target),
                *(Reserve(port_key(node.id, port), deployment.id) for port in place.found),
                *([Reserve(host_key(place.host), deployment.id)] if place.host else []),
                *taken(node, room),
                attributes=place.attributes,
                reserved={"ports": place.found, "room": list(room), "host": place.host},
            )
        except Stale:
            usable_node(tools, target)
            raise
        except Taken:
            continue
        except LimitReached as error:
            detail = (
                f"The server {node.attributes['name']} has no room for the new containers beside"
                f" the old ones: {room} more are needed."
            )
            raise Conflict(detail, code="node_full") from error
        else:
            return
    raise Conflict(f"No free ports on {node.attributes['name']}.", code="ports_full")


def _refuse_undoing(deployment: Record) -> None:
    why = (next_of(deployment) or {}).get("undoing")
    if why:
        raise Conflict(why["detail"], code=why["code"])


def _more_room(
    deployment: Record, target: Record, most: tuple[float, int], how: Replacement
) -> Room:
    """What the node must have for a while beyond what the deployment has of it."""
    has, needs = room_of(deployment), room_of(target)
    kept = has.disk_mb if how.snapshots else 0
    cpus, memory = max(most[0], needs.cpus), max(most[1], needs.memory_mb)
    more = Room(cpus, memory, max(has.disk_mb, needs.disk_mb) + kept).less(has)
    return Room(*(max(by, 0) for by in more))


class _Place(NamedTuple):
    """Ports and a host name that were found free, and what the record gets with them."""

    found: list[int]
    host: str
    attributes: dict[str, Any]


def _find_place(
    tools: Tools, deployment: Record, node: Record, beside: frozenset[str], *, attempt: int
) -> _Place:
    """Look for a second port of each that what stands beside publishes, and for a first name."""
    target = wanted(deployment)
    ports = [
        {**port, "host_port": None} if port["service"] in beside else port
        for port in target.attributes["ports"]
    ]
    count = sum(port["host_port"] is None for port in ports)
    found = free_ports(tools, deployment, node, count)
    free = iter(found)
    ports = [{**port, "host_port": port["host_port"] or next(free)} for port in ports]
    attributes = {
        **in_hand(deployment)["attributes"],
        "ports": ports,
        "proxy_port": routed_port(ports),
    }
    host = new_host(tools, target, attempt=attempt)
    if host:
        domain = {"hostname": host, "type": "auto", "status": "verified", "ssl_enabled": False}
        attributes["domains"] = [domain, *attributes["domains"]]
        attributes["url"] = tools.settings().proxy_url.replace("{host}", host)
    return _Place(list(found), host, attributes)
