"""Writes a plan as a compose file that plain Docker runs, without anything of the platform's.

What comes out of a variable is written as that variable, whose value goes into the `.env` beside
the file: it is found by planning the app once more with marks in place of the values. A value that
the `.env` files of docker-compose 1 and of Docker Compose 2 do not read alike stays in the file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.domain.errors import InvalidPlan
from chalicelib.domain.names_on_node import OWN_NETWORK, file_name
from chalicelib.domain.plan import HealthCheck, ManagedFile, Mount, Plan, Service

Json = dict[str, Any]

FILES = "files"
"""The folder of an app's config files, beside its compose file."""
FIRST_PORT = 8080
"""Where the routed service of an app is published that asks for no port of its own."""
_SAME_IN_BOTH = re.compile(r"|[\w./:@%+=,~-]([\w ./:@%+=,~-]*[\w./:@%+=,~-])?", re.ASCII)
_MARK = re.compile(r"mark-of-(\w+)-here")


@dataclass(frozen=True)
class PlainApp:
    """An app as it runs anywhere: the compose document, its variables, its files by name."""

    compose: Json
    variables: dict[str, str]
    """What the document takes from the `.env` file."""
    inline: tuple[str, ...]
    """The variables whose values are in the document itself."""
    files: dict[str, ManagedFile]
    volumes: tuple[str, ...]
    port: int | None
    """Where the routed service answers on its host; None where nothing is routed."""


def plain_app(
    plan: Callable[[Mapping[str, str]], Plan], variables: Mapping[str, str], *, port: int
) -> PlainApp:
    """Write an app down; `plan` plans it with given values, `port` is where it is published.

    Raises `InvalidPlan` when it cannot be planned by today's rules.
    """
    real = plan(variables)
    document = _document(real, port)
    marks = _marked(plan, variables)
    if marks:
        marked = _document(plan({**variables, **marks}), port)
        document = _named(document, marked, variables)
    else:
        document = _named(document, document, variables)
    used = {name for text in _texts(document) for name in re.findall(r"\$\{(\w+)\}", text)}
    return PlainApp(
        document,
        {name: variables[name] for name in sorted(used & variables.keys())},
        tuple(sorted(variables.keys() - used)),
        {file_name(file): file for file in real.files},
        real.volumes,
        port if real.route else None,
    )


def with_volumes(app: PlainApp, mounts: Mapping[str, tuple[str, str]]) -> PlainApp:
    """Have volumes by name, each at a service's path: images ask for them, and Docker names none.

    Those of services that the app does not have are left out.
    """
    services = {name: dict(service) for name, service in app.compose["services"].items()}
    added = {name: to for name, to in mounts.items() if to[0] in services}
    for name, (service, target) in sorted(added.items()):
        volume = {"type": "volume", "source": name, "target": target}
        services[service]["volumes"] = [*services[service].get("volumes", ()), volume]
    volumes = {**app.compose.get("volumes", {}), **{name: {} for name in sorted(added)}}
    document = {**app.compose, "services": services, **_said({"volumes": volumes})}
    return replace(app, compose=document, volumes=(*app.volumes, *sorted(added)))


def _marked(
    plan: Callable[[Mapping[str, str]], Plan], variables: Mapping[str, str]
) -> dict[str, str]:
    """A mark for each variable that may stand in a `.env`, and with which the app is planned."""
    marks = {}
    for name, value in variables.items():
        mark = f"mark-of-{name}-here"
        if not _SAME_IN_BOTH.fullmatch(value) or not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
            continue
        try:
            plan({**variables, name: mark})
        except InvalidPlan:
            continue  # it decides what the app is made of: its value stays where it is used
        marks[name] = mark
    return marks


def _named(real: Any, marked: Any, variables: Mapping[str, str]) -> Any:
    """The document with names of variables wherever a mark shows that their value came from one."""
    if isinstance(real, dict):
        same = isinstance(marked, dict) and marked.keys() == real.keys()
        return {
            key: _named(one, marked[key] if same else one, variables) for key, one in real.items()
        }
    if isinstance(real, list):
        same = isinstance(marked, list) and len(marked) == len(real)
        pairs = zip(real, marked if same else real, strict=True)
        return [_named(one, other, variables) for one, other in pairs]
    if not isinstance(real, str):
        return real
    if isinstance(marked, str) and marked != real and "$" not in marked:
        filled = _MARK.sub(lambda found: variables.get(found[1], found[0]), marked)
        if filled == real:
            return _MARK.sub(r"${\1}", marked)
    return real.replace("$", "$$")


def _texts(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [text for one in node.values() for text in _texts(one)]
    if isinstance(node, list):
        return [text for one in node for text in _texts(one)]
    return [node.replace("$$", "")] if isinstance(node, str) else []


# The document -------------------------------------------------------------------------------


def _document(plan: Plan, port: int) -> Json:
    files = {file.key: file for file in plan.files}
    document: Json = {
        "services": {one.name: _service(plan, one, files, port) for one in plan.services}
    }
    if plan.networks:
        document["networks"] = {
            one.name: {"internal": True} if one.internal else {} for one in plan.networks
        }
    if plan.volumes:
        document["volumes"] = {name: {} for name in plan.volumes}
    return document


def _service(plan: Plan, service: Service, files: Mapping[str, ManagedFile], port: int) -> Json:
    always: Json = {
        "image": service.image,
        # A server that starts again starts its apps.
        "restart": "unless-stopped" if service.restart == "always" else service.restart,
        "cpus": service.cpus,
        "mem_limit": f"{service.memory_mb}m",
        "pids_limit": service.pids,
        "security_opt": ["no-new-privileges:true"],
        "logging": {
            "driver": "json-file",
            "options": {
                "max-size": f"{service.logs.megabytes}m",
                "max-file": str(service.logs.files),
            },
        },
    }
    often: Json = {
        "command": _list(service.command),
        "entrypoint": _list(service.entrypoint),
        "environment": dict(service.environment),
        "ports": _ports(plan, service, port),
        "volumes": [_volume(one, files) for one in service.mounts if one.kind != "tmpfs"],
        "tmpfs": [_tmpfs(one) for one in service.mounts if one.kind == "tmpfs"],
        "depends_on": {one.service: {"condition": one.condition} for one in service.depends_on},
        "healthcheck": _health_check(service.health_check) if service.health_check else None,
        **_networks(service),
    }
    return {**always, **_said(often), **_said(_seldom(service))}


def _seldom(service: Service) -> Json:
    return {
        "user": service.user,
        "working_dir": service.working_dir,
        "labels": dict(service.labels),
        "stop_grace_period": f"{math.ceil(service.stop_grace)}s",
        "stop_signal": service.stop_signal,
        "init": service.init or None,
        "read_only": service.read_only or None,
        "hostname": service.hostname,
        "domainname": service.domainname,
        "extra_hosts": [f"{host}:{address}" for host, address in service.extra_hosts],
        "dns": list(service.dns),
        "dns_search": list(service.dns_search),
        "dns_opt": list(service.dns_options),
        "sysctls": dict(service.sysctls),
        "cap_add": list(service.cap_add),
        "cap_drop": list(service.cap_drop),
        "ulimits": {one.name: {"soft": one.soft, "hard": one.hard} for one in service.ulimits},
        "shm_size": f"{service.shm_mb}m" if service.shm_mb else None,
        "mem_reservation": (
            f"{service.reserved_memory_mb}m" if service.reserved_memory_mb else None
        ),
        "group_add": list(service.groups),
        "tty": service.tty or None,
        "stdin_open": service.stdin_open or None,
    }


def _said(values: Json) -> Json:
    return {name: value for name, value in values.items() if value not in (None, [], {})}


def _list(words: tuple[str, ...] | None) -> list[str] | None:
    return None if words is None else list(words)


def _ports(plan: Plan, service: Service, port: int) -> list[str]:
    """What is published: the route's port where the app is told to be, others as they were."""
    found = []
    routed = plan.route if plan.route and plan.route.service == service.name else None
    if routed:
        found.append(f"{port}:{routed.port}")
    for one in service.ports:
        if routed and (one.target, one.protocol) == (routed.port, "tcp"):
            continue
        if one.published:
            kind = "/udp" if one.protocol == "udp" else ""
            found.append(f"{one.published}:{one.target}{kind}")
    return found


def _volume(mount: Mount, files: Mapping[str, ManagedFile]) -> Json:
    if mount.kind == "file":
        return {
            "type": "bind",
            "source": f"./{FILES}/{file_name(files[mount.source])}",
            "target": mount.target,
            "read_only": True,
        }
    volume: Json = {"type": "volume", "source": mount.source, "target": mount.target}
    if mount.read_only:
        volume["read_only"] = True
    if mount.no_copy:
        volume["volume"] = {"nocopy": True}
    return volume


def _tmpfs(mount: Mount) -> str:
    options = [
        *([f"size={mount.size_mb}m"] if mount.size_mb else []),
        *([f"mode={mount.mode:o}"] if mount.mode else []),
        *(["ro"] if mount.read_only else []),
    ]
    return f"{mount.target}:{','.join(options)}" if options else mount.target


def _health_check(check: HealthCheck) -> Json:
    """A health check in the words of both; the first seconds' own interval is known to one."""
    return {
        "test": list(check.test),
        "interval": _duration(check.interval),
        "timeout": _duration(check.timeout),
        "retries": check.retries,
        "start_period": _duration(check.start_period),
    }


def _duration(seconds: float) -> str:
    return f"{round(seconds * 1000)}ms" if seconds % 1 else f"{round(seconds)}s"


def _networks(service: Service) -> Json:
    if not service.networks:
        return {"network_mode": "none"}
    only = service.networks[0] if len(service.networks) == 1 else None
    if only and only.network == OWN_NETWORK and not only.aliases:
        return {}
    return {
        "networks": {
            one.network: {"aliases": list(one.aliases)} if one.aliases else {}
            for one in service.networks
        }
    }
