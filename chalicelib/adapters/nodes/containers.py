"""Turns a planned service into what the Docker Engine is asked to create, and its answers back."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.adapters.nodes.requests import NANOSECONDS, Body, joined, volume
from chalicelib.adapters.nodes.requests import request as request_of
from chalicelib.domain import names_on_node as names
from chalicelib.domain.plan import Plan, Service
from chalicelib.ports.nodes import ContainerState, HostPorts

_ENDED = {"exited", "dead", "restarting"}
_NEVER = "0001-01-01T00:00:00Z"
_TELLING_CHARACTERS = 6
"""Shorter values are words and numbers; blotting them out would leave no message."""


def creation(
    deployment_id: str,
    plan: Plan,
    service: Service,
    *,
    generation: int,
    host_ports: HostPorts,
    image_volumes: Iterable[str] = (),
) -> Body:
    """Return the Engine's create request for a service.

    `image_volumes` are the targets that the image itself declares; those that the plan leaves
    open get a named volume. They and the generation are no part of the configuration's hash.
    """
    request = request_of(deployment_id, plan, service, host_ports)
    labels = request["Labels"]
    labels[names.CONFIG_HASH] = config_hash(deployment_id, plan, service, host_ports=host_ports)
    labels[names.GENERATION] = str(generation)
    if service.name in plan.finite:
        labels[names.COMPLETES] = "true"
    taken = {mount.target for mount in service.mounts}
    request["HostConfig"]["Mounts"] += [
        volume(
            deployment_id,
            names.volume_name(deployment_id, names.image_volume(service.name, target)),
            target,
        )
        for target in sorted(image_volumes)
        if target not in taken
    ]
    return request


def config_hash(deployment_id: str, plan: Plan, service: Service, *, host_ports: HostPorts) -> str:
    """Return a hash of all that a change of would need another container.

    Its files are part of it: their paths on the node tell contents and modes.
    """
    facts: list[Any] = [request_of(deployment_id, plan, service, host_ports)]
    if further := further_networks(deployment_id, service):
        facts.append(further)
    if service.name in plan.finite:
        facts.append(names.COMPLETES)
    text = json.dumps(facts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def further_networks(deployment_id: str, service: Service) -> list[tuple[str, list[str]]]:
    """List the networks that a created container joins before it starts, with its names there.

    Engines before 25 take one network at the creation.
    """
    return networks(deployment_id, service)[1:]


def networks(deployment_id: str, service: Service) -> list[tuple[str, list[str]]]:
    """List the networks of a container, with its names there."""
    return [joined(deployment_id, service, one) for one in service.networks]


def unname(request: Body) -> None:
    """Take its names on the first network out of a create request."""
    for endpoint in request.get("NetworkingConfig", {}).get("EndpointsConfig", {}).values():
        endpoint["Aliases"] = []


def without_values(service: Service, said: str) -> str:
    """Return the Engine's words without the values of the service's environment: secrets."""
    for _, value in service.environment:
        if len(value) >= _TELLING_CHARACTERS:
            said = said.replace(value, "***")
    return said


def state(deployment_id: str, seen: Body) -> ContainerState:
    """Read the Engine's inspection of a container."""
    labels = seen["Config"].get("Labels") or {}
    told = seen["State"]
    health = told.get("Health") or {}
    probes = health.get("Log") or [{}]
    status = told["Status"]
    return ContainerState(
        id=seen["Id"],
        service=labels.get(names.SERVICE) or names.short_name(deployment_id, seen["Name"]),
        image=seen["Config"]["Image"],
        status=status,
        health=health.get("Status") or "none",
        restarts=seen.get("RestartCount", 0),
        exit_code=told.get("ExitCode") if status in _ENDED else None,
        started_at=_time(told.get("StartedAt")),
        out_of_memory=bool(told.get("OOMKilled")),
        ports=_published(seen),
        config_hash=labels.get(names.CONFIG_HASH, ""),
        generation=int(labels.get(names.GENERATION, "0")),
        last_probe=str(probes[-1].get("Output", "")),
        cpu_limit=seen["HostConfig"].get("NanoCpus", 0) / NANOSECONDS,
        pid=told.get("Pid", 0),
        finished_at=_time(told.get("FinishedAt")),
        completes=labels.get(names.COMPLETES) == "true",
    )


def is_of(seen: Body | None, generation: int) -> bool:
    """Tell whether a container that was inspected is there and was made in a generation."""
    labels = (seen["Config"].get("Labels") or {}) if seen else {}
    return bool(labels.get(names.GENERATION) == str(generation))


def _time(text: str | None) -> str | None:
    if not text or text == _NEVER:
        return None
    return re.sub(r"(\.\d{6})\d+", r"\1", text)


def _published(seen: Body) -> tuple[tuple[int, int, str], ...]:
    found = set()
    for port, bindings in (seen["NetworkSettings"].get("Ports") or {}).items():
        target, _, protocol = port.partition("/")
        found |= {(int(target), int(one["HostPort"]), protocol) for one in bindings or ()}
    return tuple(sorted(found))


def stop_waves(dependencies: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Order services for stopping: each wave holds those on which nothing still up depends."""
    left = {service: set(needs) for service, needs in dependencies.items()}
    waves: list[list[str]] = []
    while left:
        needed = set().union(*left.values())
        wave = sorted(left.keys() - needed) or sorted(left)
        waves.append(wave)
        for service in wave:
            del left[service]
    return waves
