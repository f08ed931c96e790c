"""What a redeploy does to the data of an app: measured, and kept before anything new has it."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.errors import CommandFailed, DiskFull
from chalicelib.domain.redeploy import Replacement, mounted, replacement
from chalicelib.ports.nodes import JobState, Node
from chalicelib.ports.records import Record
from chalicelib.services.deployments.coming import (
    change_next,
    has_come,
    how_of,
    in_hand,
    is_away,
    kept_how,
    routed_port,
    wanted,
)
from chalicelib.services.deployments.containers import take_away
from chalicelib.services.deployments.homes import node_of
from chalicelib.services.deployments.plans import plan_of
from chalicelib.services.deployments.routes import routes_of
from chalicelib.services.metering.metering import note_rest
from chalicelib.services.tools import Tools

SPARE_MB = 256
"""What is left free on a node's disk beside a snapshot."""


def measure_volumes(tools: Tools, deployment: Record) -> None:
    """Decide what becomes of each service, now that the images tell which volumes they want.

    Nothing on the node is touched. Raises `DiskFull` when a snapshot would not fit.
    """
    if has_come(deployment):
        return
    coming, target = in_hand(deployment), wanted(deployment)
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
        attributes={**coming["attributes"], "ports": ports, "proxy_port": routed_port(ports)},
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
    """Let the app go quiet, take away what writes the volumes, and copy them.

    Returns what is awaited. `anew` begins again what broke off in an earlier run. Raises
    `DiskFull`, `CommandFailed` and `DockerUnavailable`.
    """
    if has_come(deployment):
        return ""
    coming = in_hand(deployment)
    how, generation = how_of(coming), coming["generation"]
    if not how.snapshots:
        return ""
    if not is_away(deployment):
        routes = routes_of(tools, deployment, node=None, state="starting")
        deployment = change_next(tools, deployment, *routes, away=True)
    with node_of(tools, deployment) as node:
        state = node.volumes.snapshot_state(deployment.id, generation=generation)
        if state.state == "done":
            return ""
        node.engine.stop(deployment.id)
        note_rest(tools, deployment, node.engine.containers(deployment.id))
        take_away(
            node,
            deployment,
            lambda one: one.service in how.stopped and one.generation < generation,
        )
        if has_failed(state) and not anew:
            raise broken(f"Keeping the volumes {', '.join(how.snapshots)} failed", state.tail)
        if state.state != "running":
            node.volumes.start_snapshot(deployment.id, how.snapshots, generation=generation)
    return f"The app is away while the data of {', '.join(sorted(how.in_place))} is kept as it is."


def has_failed(state: JobState) -> bool:
    """Whether copying ended badly; one that was killed, as by a reboot, just begins again."""
    return state.state == "failed" and state.status is not None


def broken(what: str, tail: str) -> CommandFailed | DiskFull:
    """The error of a copying that failed, from the end of what it printed."""
    lines = tail.strip().splitlines() or ["nothing was said"]
    said = lines[-1]
    # What ends a script says where; what the network said of it is a line before.
    why = next((line for line in reversed(lines) if line.startswith("curl: ")), said)
    if why != said:
        said = f"{said.rstrip('.')}: {why}"
    kind = DiskFull if "No space left" in tail else CommandFailed
    return kind(f"{what}: {said[:300]}")
