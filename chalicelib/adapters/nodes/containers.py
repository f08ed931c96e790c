"""Turns a planned service into what the Docker Engine is asked to create, and its answers back."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.domain import names_on_node as names
from chalicelib.domain.plan import HealthCheck, ManagedFile, Mount, Plan, Service
from chalicelib.ports.nodes import ContainerState

Body = dict[str, Any]

MB = 1024 * 1024
NANOSECONDS = 1_000_000_000
LOGS: Body = {"Type": "json-file", "Config": {"max-size": "10m", "max-file": "3"}}

_ENDED = {"exited", "dead", "restarting"}
_NEVER = "0001-01-01T00:00:00Z"
_PROBE_CHARACTERS = 500
_TELLING_CHARACTERS = 6
"""Shorter values are words and numbers; blotting them out would leave no message."""


def creation(
    deployment_id: str,
    plan: Plan,
    service: Service,
    *,
    generation: int,
    host_port: int,
    image_volumes: Iterable[str] = (),
) -> Body:
    """Return the Engine's create request for a service.

    `image_volumes` are the targets that the image itself declares; those that the plan leaves
    open get a named volume. They and the generation are no part of the configuration's hash.
    """
    request = _planned(deployment_id, plan, service, host_port)
    labels = request["Labels"]
    labels[names.CONFIG_HASH] = config_hash(deployment_id, plan, service, host_port=host_port)
    labels[names.GENERATION] = str(generation)
    taken = {mount.target for mount in service.mounts}
    request["HostConfig"]["Mounts"] += [
        _volume(deployment_id, names.image_volume_name(deployment_id, service.name, target), target)
        for target in sorted(image_volumes)
        if target not in taken
    ]
    return request


def config_hash(deployment_id: str, plan: Plan, service: Service, *, host_port: int) -> str:
    """Return a hash of all that a change of would need another container, its files included."""
    files = {file.key: file for file in plan.files}
    mounted = [
        _file_facts(files[mount.source])
        for mount in service.mounts
        if mount.kind == "file" and mount.source in files
    ]
    text = json.dumps([_planned(deployment_id, plan, service, host_port), mounted], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def runs_to_completion(plan: Plan, service: Service) -> bool:
    """Tell whether another service waits for this one to complete."""
    return any(
        dependency.service == service.name
        and dependency.condition == "service_completed_successfully"
        for other in plan.services
        for dependency in other.depends_on
    )


def without_values(service: Service, said: str) -> str:
    """Return the Engine's words without the values of the service's environment: secrets."""
    for _, value in service.environment:
        if len(value) >= _TELLING_CHARACTERS:
            said = said.replace(value, "***")
    return said


def _planned(deployment_id: str, plan: Plan, service: Service, host_port: int) -> Body:
    network = names.network_name(deployment_id)
    exposed, bound = _ports(plan, service, host_port)
    request: Body = {
        "Image": service.image,
        "Env": [f"{key}={value}" for key, value in service.environment],
        "Labels": _labels(deployment_id, service),
        "ExposedPorts": exposed,
        "StopTimeout": math.ceil(service.stop_grace),
        "HostConfig": {
            "NetworkMode": network,
            "PortBindings": bound,
            "Mounts": _mounts(deployment_id, service),
            "RestartPolicy": _restart_policy(service.restart),
            "NanoCpus": round(service.cpus * NANOSECONDS),
            "Memory": service.memory_mb * MB,
            "MemorySwap": service.memory_mb * MB,
            "PidsLimit": service.pids,
            "LogConfig": LOGS,
            "SecurityOpt": ["no-new-privileges"],
            "Init": service.init,
            "ReadonlyRootfs": service.read_only,
        },
        "NetworkingConfig": {"EndpointsConfig": {network: {"Aliases": [service.name]}}},
    }
    optional = {
        "Cmd": _list(service.command),
        "Entrypoint": _list(service.entrypoint),
        "User": service.user,
        "WorkingDir": service.working_dir,
        "Healthcheck": service.health_check and _health_check(service.health_check),
    }
    return request | {key: value for key, value in optional.items() if value is not None}


def _list(words: tuple[str, ...] | None) -> list[str] | None:
    return None if words is None else list(words)


def _labels(deployment_id: str, service: Service) -> dict[str, str]:
    own = {key: value for key, value in service.labels if not key.startswith(names.RESERVED)}
    return {
        **own,
        **names.labels(deployment_id),
        names.SERVICE: service.name,
        names.DEPENDS_ON: ",".join(dependency.service for dependency in service.depends_on),
    }


def _ports(plan: Plan, service: Service, host_port: int) -> tuple[Body, Body]:
    exposed: Body = {f"{port.target}/{port.protocol}": {} for port in service.ports}
    if not host_port or plan.route is None or plan.route.service != service.name:
        return exposed, {}
    routed = f"{plan.route.port}/tcp"
    binding = {"HostIp": "0.0.0.0", "HostPort": str(host_port)}  # noqa: S104  # the app proxy comes
    return {**exposed, routed: {}}, {routed: [binding]}


def _mounts(deployment_id: str, service: Service) -> list[Body]:
    return [_mount(deployment_id, mount) for mount in service.mounts]


def _mount(deployment_id: str, mount: Mount) -> Body:
    match mount.kind:
        case "volume":
            name = names.volume_name(deployment_id, mount.source)
            return _volume(deployment_id, name, mount.target, read_only=mount.read_only)
        case "file":
            return {
                "Type": "bind",
                "Source": names.file_path(deployment_id, mount.source),
                "Target": mount.target,
                "ReadOnly": True,
            }
        case "tmpfs":
            return {"Type": "tmpfs", "Target": mount.target, "ReadOnly": mount.read_only}


def _volume(deployment_id: str, name: str, target: str, *, read_only: bool = False) -> Body:
    return {
        "Type": "volume",
        "Source": name,
        "Target": target,
        "ReadOnly": read_only,
        "VolumeOptions": {"Labels": names.labels(deployment_id)},
    }


def _restart_policy(restart: str) -> Body:
    name, _, count = restart.partition(":")
    # "always" would start a stopped app again when the server restarts.
    kept = {"Name": "unless-stopped" if name == "always" else name}
    return {**kept, "MaximumRetryCount": int(count)} if count else kept


def _health_check(check: HealthCheck) -> Body:
    return {
        "Test": list(check.test),
        "Interval": round(check.interval * NANOSECONDS),
        "Timeout": round(check.timeout * NANOSECONDS),
        "Retries": check.retries,
        "StartPeriod": round(check.start_period * NANOSECONDS),
    }


def _file_facts(file: ManagedFile) -> list[Any]:
    return [file.key, hashlib.sha256(file.content.encode()).hexdigest(), file.mode]


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
        last_probe=str(probes[-1].get("Output", ""))[-_PROBE_CHARACTERS:],
    )


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
