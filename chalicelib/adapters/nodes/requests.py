"""Builds the Engine's create request for one service of a plan."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from chalicelib.domain import names_on_node as names
from chalicelib.domain.plan import (
    Attachment,
    HealthCheck,
    LogLimit,
    ManagedFile,
    Mount,
    Plan,
    Service,
)
from chalicelib.ports.nodes import HostPorts

Body = dict[str, Any]

MB = 1024 * 1024
NANOSECONDS = 1_000_000_000


def request(deployment_id: str, plan: Plan, service: Service, host_ports: HostPorts) -> Body:
    """Return what the Engine is asked to create; unsaid keys are left to it."""
    files = {file.key: file for file in plan.files}
    exposed, bound = _ports(service, host_ports)
    asked: Body = {
        "Image": service.image,
        "Env": [f"{key}={value}" for key, value in service.environment],
        "Labels": _labels(deployment_id, service),
        "ExposedPorts": exposed,
        "StopTimeout": math.ceil(service.stop_grace),
        "HostConfig": {
            "NetworkMode": "none",
            "PortBindings": bound,
            "Mounts": [_mount(deployment_id, mount, files) for mount in service.mounts],
            "RestartPolicy": _restart_policy(service.restart),
            "NanoCpus": round(service.cpus * NANOSECONDS),
            "Memory": service.memory_mb * MB,
            "MemorySwap": service.memory_mb * MB,
            "PidsLimit": service.pids,
            "LogConfig": _logs(service.logs),
            "SecurityOpt": ["no-new-privileges"],
            "Init": service.init,
            "ReadonlyRootfs": service.read_only,
        },
    }
    if service.networks:
        network, aliases = joined(deployment_id, service, service.networks[0])
        asked["HostConfig"]["NetworkMode"] = network
        endpoints = {network: {"Aliases": aliases}}
        asked["NetworkingConfig"] = {"EndpointsConfig": endpoints}
    asked["HostConfig"] |= _further_host_config(service)
    optional = {
        "Cmd": _list(service.command),
        "Entrypoint": _list(service.entrypoint),
        "User": service.user,
        "WorkingDir": service.working_dir,
        "Healthcheck": service.health_check and _health_check(service.health_check),
        "Hostname": service.hostname,
        "Domainname": service.domainname,
        "StopSignal": service.stop_signal,
        "Tty": service.tty or None,
        "OpenStdin": service.stdin_open or None,
    }
    return asked | {key: value for key, value in optional.items() if value is not None}


def _further_host_config(service: Service) -> Body:
    """Ask for what few services say; what none says stays out of the request."""
    asked: Body = {
        "MemoryReservation": service.reserved_memory_mb * MB,
        "ShmSize": (service.shm_mb or 0) * MB,
        "CapAdd": list(service.cap_add),
        "CapDrop": list(service.cap_drop),
        "GroupAdd": list(service.groups),
        "Dns": list(service.dns),
        "DnsSearch": list(service.dns_search),
        "DnsOptions": list(service.dns_options),
        "ExtraHosts": [f"{host}:{address}" for host, address in service.extra_hosts],
        "Sysctls": dict(service.sysctls),
        "Ulimits": [
            {"Name": limit.name, "Soft": limit.soft, "Hard": limit.hard}
            for limit in service.ulimits
        ],
    }
    return {key: value for key, value in asked.items() if value}


def joined(deployment_id: str, service: Service, one: Attachment) -> tuple[str, list[str]]:
    """Return a network's name and the names to which the service answers on it."""
    name = names.network_name(deployment_id, one.network)
    return name, list(dict.fromkeys((service.name, *one.aliases)))


def _logs(limit: LogLimit) -> Body:
    config = {"max-size": f"{limit.megabytes}m", "max-file": str(limit.files)}
    return {"Type": "json-file", "Config": config}


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


def _ports(service: Service, host_ports: HostPorts) -> tuple[Body, Body]:
    exposed: Body = {f"{port.target}/{port.protocol}": {} for port in service.ports}
    bound: Body = {
        f"{port}/{protocol}": [{"HostIp": "0.0.0.0", "HostPort": str(host_port)}]  # noqa: S104  # for everybody
        for (port, protocol), host_port in host_ports.items()
    }
    return exposed | {port: {} for port in bound}, bound


def _mount(deployment_id: str, mount: Mount, files: Mapping[str, ManagedFile]) -> Body:
    match mount.kind:
        case "volume":
            name = names.volume_name(deployment_id, mount.source)
            asked = volume(deployment_id, name, mount.target, read_only=mount.read_only)
            if mount.no_copy:
                asked["VolumeOptions"]["NoCopy"] = True
            return asked
        case "file":
            return {
                "Type": "bind",
                "Source": names.file_path(deployment_id, files[mount.source]),
                "Target": mount.target,
                "ReadOnly": True,
            }
        case "tmpfs":
            return _tmpfs(mount)


def _tmpfs(mount: Mount) -> Body:
    asked: Body = {"Type": "tmpfs", "Target": mount.target, "ReadOnly": mount.read_only}
    options: Body = {"SizeBytes": (mount.size_mb or 0) * MB, "Mode": mount.mode or 0}
    if stated := {key: value for key, value in options.items() if value}:
        asked["TmpfsOptions"] = stated
    return asked


def volume(deployment_id: str, name: str, target: str, *, read_only: bool = False) -> Body:
    """Return the mount of a volume, which the Engine makes if it is not there."""
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
    } | (
        {"StartInterval": round(check.start_interval * NANOSECONDS)} if check.start_interval else {}
    )
