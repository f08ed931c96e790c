"""Turns Runtipi's own list of services (`docker-compose.json`) into the services of compose."""

from __future__ import annotations

from typing import Any

from yaml.nodes import MappingNode

from chalicelib.domain.importing.document import put
from chalicelib.domain.importing.imported import CannotImport, Dropped
from chalicelib.domain.importing.services import child, node_of

_SAME = (
    *("image", "command", "entrypoint", "hostname", "user", "tty", "logging", "ulimits", "deploy"),
    *("privileged", "devices", "pid", "sysctls", "dns", "labels", "restart"),
)
_OTHER = {
    "workingDir": "working_dir",
    "shmSize": "shm_size",
    "stdinOpen": "stdin_open",
    "readOnly": "read_only",
    "stopSignal": "stop_signal",
    "stopGracePeriod": "stop_grace_period",
    "capAdd": "cap_add",
    "capDrop": "cap_drop",
    "securityOpt": "security_opt",
    "extraHosts": "extra_hosts",
    "extraLabels": "labels",
    "dependsOn": "depends_on",
    "networkMode": "network_mode",
}
_HEALTH = {"startPeriod": "start_period", "startInterval": "start_interval"}
_READ = {"name", "isMain", "internalPort", "environment", "volumes", "addPorts", "healthCheck"}
METADATA = "x-runtipi"
"""Where the compose text of an app says which service is the main one, and its port."""


def compose_of(document: Any, dropped: list[Dropped]) -> MappingNode:
    """Make a compose text with `x-runtipi`. Raises `CannotImport`."""
    services = document.get("services") if isinstance(document, dict) else None
    if not isinstance(services, list) or not services:
        detail = "There are no services in docker-compose.json."
        raise CannotImport(detail)
    root = node_of({"services": {}})
    assert isinstance(root, MappingNode)  # noqa: S101 - it was made as a map
    for service in services:
        if not isinstance(service, dict) or not isinstance(service.get("name"), str):
            detail = "A service of docker-compose.json has no name."
            raise CannotImport(detail)
        put(child(root, "services"), service["name"], node_of(_service(service, dropped)))
    overrides = document.get("overrides")
    for one in overrides if isinstance(overrides, list) else []:
        named = one.get("architecture", "") if isinstance(one, dict) else ""
        detail = "A draft has one text for all processors."
        dropped.append(Dropped(f"overrides: {named}", detail))
    return root


def _service(given: dict[str, Any], dropped: list[Dropped]) -> dict[str, Any]:
    made: dict[str, Any] = {key: given[key] for key in _SAME if key in given}
    made |= {ours: given[theirs] for theirs, ours in _OTHER.items() if theirs in given}
    if "environment" in given:
        made["environment"] = _environment(given["environment"])
    if isinstance(given.get("volumes"), list):
        made["volumes"] = [_mount(one) for one in given["volumes"] if isinstance(one, dict)]
    if isinstance(given.get("addPorts"), list):
        made["ports"] = [
            port for one in given["addPorts"] if isinstance(one, dict) for port in _ports(one)
        ]
    if isinstance(given.get("healthCheck"), dict):
        check = given["healthCheck"]
        made["healthcheck"] = {_HEALTH.get(key, key): value for key, value in check.items()}
    about = {"is_main": given.get("isMain"), "internal_port": given.get("internalPort")}
    made[METADATA] = {key: value for key, value in about.items() if value is not None}
    known = _READ | set(_SAME) | set(_OTHER)
    for key in given.keys() - known:
        detail = "An app's services reach no other app here."
        unknown = "There is nothing here that this key means."
        is_network = key == "addToMainNetwork"
        dropped.append(Dropped(f"{given['name']}.{key}", detail if is_network else unknown))
    return made


def _environment(given: Any) -> dict[str, Any]:
    """Read the environment, a map or a list of keys and values."""
    if isinstance(given, dict):
        return {name: _text(value) for name, value in given.items()}
    pairs = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    return {str(one.get("key", "")): _text(one.get("value")) for one in pairs if one.get("key")}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _mount(given: dict[str, Any]) -> dict[str, Any]:
    source, target = str(given.get("hostPath", "")), str(given.get("containerPath", ""))
    made: dict[str, Any] = {"type": "bind", "source": source, "target": target}
    return made | ({"read_only": True} if given.get("readOnly") is True else {})


def _ports(given: dict[str, Any]) -> list[str]:
    """Publish a port: by TCP where nothing is said, else by what is said."""
    target, published = given.get("containerPort"), given.get("hostPort")
    pair = f"{published}:{target}" if published is not None else f"{target}"
    protocols = [name for name in ("tcp", "udp") if given.get(name) is True]
    return [f"{pair}/{name}" for name in protocols] or [pair]
