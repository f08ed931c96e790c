"""Turns a container of Portainer into compose of one service, and its form into variables."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from yaml.nodes import MappingNode

from chalicelib.domain.importing.imported import CannotImport, Dropped, ImportedRoute
from chalicelib.domain.importing.rewriting import literal
from chalicelib.domain.importing.services import node_of
from chalicelib.domain.importing.settling import definition
from chalicelib.domain.variables import Definition

_UNSAFE = re.compile(r"[^a-z0-9]+")
_PORT = re.compile(r"(?:(?P<host>[0-9]+):)?(?P<target>[0-9]{1,5})(?:/(?P<protocol>tcp|udp))?")
_DRIVE = re.compile(r"[A-Za-z]:")
_NOT_HTTP = frozenset(
    (21, 22, 25, 53, 110, 143, 1433, 1521, 1883, 2049, 3306, 5432, 5671, 5672, 6379, 9042)
) | {11211, 26257, 27017}
"""Ports on which nothing answers a browser."""
_ENCRYPTED = frozenset((443, 4443, 5001, 8443, 9443))
"""Ports that usually want TLS from whoever calls."""
_MODES = {"host", "none", "bridge"}


def compose_of(template: dict[str, Any]) -> tuple[MappingNode, str]:
    """Make the compose text, and tell its service's name. Raises `CannotImport`."""
    image = template.get("image")
    if not isinstance(image, str) or not image.strip():
        detail = "It names no image."
        raise CannotImport(detail)
    registry = template.get("registry")
    image = f"{registry}/{image}" if isinstance(registry, str) and registry else image
    stated = template.get("name") or template.get("title") or "app"
    name = _UNSAFE.sub("-", str(stated).lower()).strip("-")[:60] or "app"
    service: dict[str, Any] = {"image": literal(image.strip())}
    service |= _plain(template)
    volumes = {f"{name}-data-{number}": one for number, one in _own_folders(template)}
    service |= _lists(template, volumes)
    root: dict[str, Any] = {"services": {name: service}}
    if volumes:
        root["volumes"] = {own: {} for own in volumes}
    network = template.get("network")
    if isinstance(network, str) and network in _MODES:
        service["network_mode"] = network
    elif isinstance(network, str) and network:
        service["networks"] = [network]
        root["networks"] = {network: {}}
    made = node_of(root)
    assert isinstance(made, MappingNode)  # noqa: S101 - it was made as a map
    return made, name


def _plain(template: dict[str, Any]) -> dict[str, Any]:
    """Give the keys that have one value each."""
    found: dict[str, Any] = {}
    for theirs, ours in (("restart_policy", "restart"), ("hostname", "hostname")):
        if isinstance(template.get(theirs), str) and template[theirs]:
            found[ours] = literal(template[theirs])
    command = template.get("command")
    if isinstance(command, str) and command.strip():
        found["command"] = [literal(word) for word in _words(command)]
    if template.get("privileged") is True:
        found["privileged"] = True
    if template.get("interactive") is True:
        found |= {"stdin_open": True, "tty": True}
    return found


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()


def _own_folders(template: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """List the paths in the container that have a volume of their own."""
    number = 0
    for one in _all(template, "volumes"):
        target = one if isinstance(one, str) else str(_of(one, "container") or "")
        if target and not _of(one, "bind") and not _DRIVE.match(target):
            number += 1
            yield number, target


def _lists(template: dict[str, Any], volumes: dict[str, str]) -> dict[str, Any]:
    """Give the keys that are lists: ports, volumes, environment and labels."""
    found: dict[str, Any] = {}
    ports = [str(one) for one in _all(template, "ports")]
    if ports:
        found["ports"] = ports
    named = {target: name for name, target in volumes.items()}
    mounts = [_mount(one, named) for one in _all(template, "volumes")]
    if any(mounts):
        found["volumes"] = [one for one in mounts if one]
    environment = {
        str(one["name"]): _value(one)
        for one in _all(template, "env")
        if isinstance(one, dict) and _is_name(one.get("name"))
    }
    if environment:
        found["environment"] = environment
    labels = [one for one in _all(template, "labels") if isinstance(one, dict)]
    if labels:
        found["labels"] = {
            str(one.get("name", "")): literal(str(one.get("value", ""))) for one in labels
        }
    return found


def _mount(given: Any, named: dict[str, str]) -> str:
    """Write one mount; `!` before a path is Portainer's mark for one on the server."""
    target = given if isinstance(given, str) else str(_of(given, "container") or "")
    bind = str(_of(given, "bind") or "").lstrip("!")
    source = named.get(target, "") if not bind else literal(bind)
    if bind and not bind.startswith(("/", ".", "~")) and not _DRIVE.match(bind):
        source = f"./{source}"
    read_only = ":ro" if _of(given, "readonly") is True else ""
    return f"{source}:{target}{read_only}" if source else target


def _value(given: dict[str, Any]) -> str:
    """Give what stands in the environment: what is preset as text, else the variable."""
    preset = preset_of(given)
    return literal(preset) if preset is not None else f"${{{given['name']}}}"


def preset_of(given: dict[str, Any]) -> str | None:
    """Give the value that nobody is asked for; None for one that people give."""
    if given.get("preset") is True:
        return _text(given.get("default"))
    return _text(given["set"]) if "set" in given else None


def variables_of(found: Any, dropped: list[Dropped], *, presets: bool) -> Iterator[Definition]:
    """Define a variable for each entry that asks people, and on demand for those with a preset."""
    for one in found if isinstance(found, list) else []:
        name = one.get("name") if isinstance(one, dict) else None
        if not isinstance(one, dict) or not _is_name(name):
            detail = "This is no name of a variable."
            dropped.append(Dropped(f"env: {str(name)[:60]}", detail))
            continue
        if one.get("type") == "container":
            detail = "Portainer lets people choose one of their containers; here they write a host."
            dropped.append(Dropped(f"env.{name}.type", detail))
        if presets or preset_of(one) is None:
            yield _variable(str(name), one)


def _variable(name: str, given: dict[str, Any]) -> Definition:
    preset = preset_of(given)
    default = preset if preset is not None else given.get("default")
    made = definition(
        name,
        None if default is None else _text(default),
        label=str(given.get("label") or "")[:200],
        description=str(given.get("description") or "")[:2000],
        required=default is None and given.get("type") == "container",
    )
    made = replace(made, required=made.required or (default is None and made.is_secret))
    choices = [one for one in _all(given, "select") if isinstance(one, dict) and one.get("value")]
    options = tuple(dict.fromkeys(_text(one["value"]) for one in choices))
    if not options:
        return made
    first = next((_text(one["value"]) for one in choices if one.get("default") is True), None)
    chosen = made.default if made.default in options else first
    told = [f"{_text(one.get('value'))}: {one['text']}" for one in choices if one.get("text")]
    description = "\n".join([*([made.description] if made.description else []), *told])[:2000]
    return replace(
        made,
        type="enum",
        options=options,
        default=chosen,
        required=chosen is None,
        description=description,
    )


def route_of(template: dict[str, Any], service: str) -> ImportedRoute | None:
    """Find the port that a browser would open: of those by TCP, one that speaks HTTP."""
    found = [_PORT.fullmatch(str(one).strip()) for one in _all(template, "ports")]
    targets = [int(one["target"]) for one in found if one and one["protocol"] != "udp"]
    fitting = [port for port in targets if 1 <= port <= 65_535 and port not in _NOT_HTTP]
    fitting.sort(key=lambda port: port in _ENCRYPTED)
    return ImportedRoute(service, fitting[0]) if fitting else None


def _all(template: dict[str, Any], key: str) -> list[Any]:
    found = template.get(key)
    return found if isinstance(found, list) else []


def _of(given: Any, key: str) -> Any:
    return given.get(key) if isinstance(given, dict) else None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _is_name(name: object) -> bool:
    return isinstance(name, str) and name.isascii() and name.isidentifier() and len(name) <= 128
