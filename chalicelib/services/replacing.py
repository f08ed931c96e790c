"""The steps that bring a running app to what comes next, up to the point of no return."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, NamedTuple

from chalicelib.domain.errors import (
    CommandFailed,
    Conflict,
    ContainerExited,
    DiskFull,
    DockerUnavailable,
    LimitReached,
    Stale,
    Taken,
)
from chalicelib.domain.placement import Room
from chalicelib.domain.redeploy import Replacement, mounted, replacement, standing
from chalicelib.ports.nodes import ContainerState, Node
from chalicelib.ports.records import Record, RemoveRoute, Reserve, Write
from chalicelib.ports.secrets import oldest_mark
from chalicelib.services import limits as plan_limits
from chalicelib.services.capacity import given_back, room_of, taken
from chalicelib.services.choosing import still_usable, usable_node
from chalicelib.services.coming import (
    NEXT,
    change_next,
    how_of,
    kept_how,
    next_of,
    released_ports,
    reserved_ports,
    reserved_room,
    wanted,
)
from chalicelib.services.counters import host_key, port_key
from chalicelib.services.deploying import direct_url, home_of, node_of, still
from chalicelib.services.host_ports import free_ports
from chalicelib.services.placement import TRIES, new_host
from chalicelib.services.plans import SECRETS, plan_of, secret_variables
from chalicelib.services.sightings import health_of, shown_container
from chalicelib.services.tools import Tools
from chalicelib.services.work import end_work

SPARE_MB = 256
"""What is left free on a node's disk beside a snapshot."""


def place_redeploy(tools: Tools, deployment: Record) -> None:
    """Reserve ports, room and a name for what comes next; repeats change nothing.

    Raises `Conflict` with code `ports_full` or `node_full`, what `usable_node` raises, and the
    reason of an undoing that an earlier attempt had begun.
    """
    why = (next_of(deployment) or {}).get("undoing")
    if why:
        raise Conflict(why["detail"], code=why["code"])
    coming = _coming(deployment)
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


def _coming(deployment: Record) -> dict[str, Any]:
    coming = next_of(deployment)
    if coming is None or coming["undoing"]:
        raise Stale("Nothing comes next: it has come, or is being undone.")
    return coming


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
    attributes = {**_coming(deployment)["attributes"], "ports": ports, "proxy_port": _routed(ports)}
    host = new_host(tools, target, attempt=attempt)
    if host:
        domain = {"hostname": host, "type": "auto", "status": "verified", "ssl_enabled": False}
        attributes["domains"] = [domain, *attributes["domains"]]
        attributes["url"] = tools.settings().proxy_url.replace("{host}", host)
    return _Place(list(found), host, attributes)


def _routed(ports: list[dict[str, Any]]) -> int | None:
    return next((port["host_port"] for port in ports if port["routed"]), None)


def measure_volumes(tools: Tools, deployment: Record) -> None:
    """Decide what becomes of each service, now that the images tell which volumes they want.

    Nothing on the node is touched. Raises `DiskFull` when a snapshot would not fit.
    """
    coming, target = _coming(deployment), wanted(deployment)
    if coming["how"] is not None:
        return
    old, new = plan_of(tools, deployment), plan_of(tools, target)
    with node_of(tools, deployment) as node:
        images = node.volumes.of_images(tuple(dict.fromkeys((*old.images, *new.images))))
        how = replacement(old, new, images)
        _refuse_too_large(node, deployment, how)
    ports = _ports_in_place(deployment, coming["attributes"]["ports"], how)
    readers = [
        service.name
        for service in old.services
        if service.name not in how.stopped and mounted(service, images) & set(how.snapshots)
    ]
    change_next(
        tools,
        deployment,
        how={**kept_how(how), "readers": readers},
        attributes={**coming["attributes"], "ports": ports, "proxy_port": _routed(ports)},
    )


def _refuse_too_large(node: Node, deployment: Record, how: Replacement) -> None:
    if not how.snapshots:
        return
    sizes = node.volumes.sizes(deployment.id, how.snapshots)
    needed = sum(sizes.held.values())
    if needed + SPARE_MB > sizes.free:
        names = ", ".join(f"{name} ({mb} MB)" for name, mb in sizes.held.items())
        raise DiskFull(
            f"The server has {sizes.free} MB free, and to keep the volumes as they are takes"
            f" {needed} MB: {names}; {SPARE_MB} MB more stay free. Nothing was touched."
        )


def _ports_in_place(
    deployment: Record, ports: list[dict[str, Any]], how: Replacement
) -> list[dict[str, Any]]:
    """What is made in place answers where it did before, also where that was not foreseen."""
    known = {
        (port["service"], port["container_port"], port["protocol"]): port["host_port"]
        for port in deployment.attributes["ports"]
        if port["service"] in how.in_place
    }
    places = [(port["service"], port["container_port"], port["protocol"]) for port in ports]
    return [
        {**port, "host_port": known.get(place) or port["host_port"]}
        for port, place in zip(ports, places, strict=True)
    ]


def snapshot_volumes(tools: Tools, deployment: Record, *, anew: bool) -> str:
    """Take away what writes the volumes, and copy them; returns what is awaited.

    `anew` begins again what broke off in an earlier run. Raises `DiskFull`, `CommandFailed` and
    `DockerUnavailable`.
    """
    coming = _coming(deployment)
    how, generation = how_of(coming), coming["generation"]
    if not how.stopped:
        return ""
    with node_of(tools, deployment) as node:
        take_away(
            node,
            deployment,
            lambda one: one.service in how.stopped and one.generation < generation,
        )
        if not how.snapshots:
            return ""
        state = node.volumes.snapshot_state(deployment.id, generation=generation)
        if state.state == "done":
            return ""
        if state.state == "failed" and not anew:
            raise broken(f"Keeping the volumes {', '.join(how.snapshots)} failed", state.tail)
        if state.state != "running":
            node.volumes.start_snapshot(deployment.id, how.snapshots, generation=generation)
    return f"Keeping the data of {', '.join(sorted(how.in_place))} as it is."


def broken(what: str, tail: str) -> CommandFailed | DiskFull:
    """The error of a copying that failed, from the end of what it printed."""
    said = tail.strip().splitlines()[-1:] or ["nothing was said"]
    kind = DiskFull if "No space left" in tail else CommandFailed
    return kind(f"{what}: {said[0][:300]}")


def take_away(node: Node, deployment: Record, is_meant: Any) -> None:
    """Stop and remove containers, and see that they are gone. Raises `DockerUnavailable`."""
    there = node.engine.containers(deployment.id)
    if ids := [one.id for one in there if is_meant(one)]:
        node.engine.remove(deployment.id, ids)
        left = {one.id: one.service for one in node.engine.containers(deployment.id)}
        if stay := sorted({left[one] for one in ids if one in left}):
            raise DockerUnavailable(f"Docker says it removed {', '.join(stay)}, and it is there.")


def retire_old(tools: Tools, deployment: Record) -> None:
    """Remove what the new containers stand for, and give them its names.

    Raises `ContainerExited` when one of them is gone meanwhile.
    """
    coming, plan = _coming(deployment), plan_of(tools, wanted(deployment))
    with node_of(tools, deployment) as node:
        newest = {one.service: one for one in node.engine.containers(deployment.id)}
        _refuse_missing(newest, how_of(coming), coming["generation"])
        names = {service.name for service in plan.services}
        take_away(
            node,
            deployment,
            lambda one: one.service not in names or newest[one.service].id != one.id,
        )
        node.engine.take_names(deployment.id)


def _refuse_missing(newest: dict[str, ContainerState], how: Replacement, generation: int) -> None:
    for name in sorted(how.beside | how.in_place):
        if name not in newest or newest[name].generation < generation:
            raise ContainerExited(f"The new container of {name} is gone.")


def finish_redeploy(tools: Tools, deployment: Record) -> None:
    """Let the record be what it was to be, clear up on the node, and end the work.

    From the first write on nothing is undone any more.
    """
    if next_of(deployment) is not None:
        deployment = adopt(tools, deployment)
    plan, node = plan_of(tools, deployment), home_of(tools, deployment)
    with node_of(tools, deployment) as connection:
        connection.volumes.drop_snapshots(deployment.id)
        connection.engine.keep_files(deployment.id, plan)
        states = connection.engine.containers(deployment.id)
    end_work(
        tools,
        deployment,
        status="running",
        also={"health": health_of(states)},
        attributes={
            NEXT: None,
            "next_version": None,
            "containers": [shown_container(state) for state in states],
            "direct_url": direct_url(deployment, node) if node else None,
        },
    )


def adopt(tools: Tools, deployment: Record) -> Record:
    """Write what comes next over what was, and give back what was held for both."""
    coming, target = _coming(deployment), wanted(deployment)
    after = coming["attributes"]
    held = room_of(deployment).more(reserved_room(deployment))
    hosts = {port["host_port"] for port in after["ports"]}
    before = {port["host_port"] for port in deployment.attributes["ports"]}
    left = sorted((before | set(reserved_ports(deployment))) - hosts - {None})
    secrets = secret_variables(tools, target)
    sealed = {}
    if secrets:
        text = json.dumps(secrets)
        sealed[SECRETS] = tools.seal().seal(text, record=deployment.id, field=SECRETS)
    change = replace(
        still(deployment),
        attributes={**after, NEXT: {"adopted": True}, "next_version": None},
        sealed=sealed,
        unseal=tuple(sorted(deployment.sealed.keys() - sealed.keys())),
        seal_mark=oldest_mark(sealed.values()),
    )
    tools.records().commit(
        change,
        *released_ports(deployment, left),
        *given_back(deployment.node or "", held.less(room_of(target))),
        *plan_limits.give_back(deployment.owner, _less_use(deployment, target)),
        *_routes_without_end(deployment, target),
        tools.told(
            deployment,
            "redeployed",
            "hoster",
            version=after["template_version"],
            previous=deployment.attributes["template_version"],
        ),
    )
    return tools.records().get(deployment.id) or replace(
        deployment, attributes={**deployment.attributes, **change.attributes}
    )


def _less_use(deployment: Record, target: Record) -> plan_limits.Use:
    """By how much what counts for the plan's limits shrinks."""
    before, after = plan_limits.of_deployment(deployment), plan_limits.of_deployment(target)
    return {name: by for name in before if (by := round(before[name] - after[name], 6)) > 0}


def _routes_without_end(deployment: Record, target: Record) -> list[Write]:
    """Host names lead nowhere when the new plan has no route."""
    if target.attributes.get("proxy_port"):
        return []
    return [RemoveRoute(domain["hostname"]) for domain in deployment.attributes["domains"]]
