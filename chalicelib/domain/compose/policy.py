"""Says what a compose text asks for that a node does not grant, with line and reason.

It looks at the tree alone and collects every refusal, so that a creator sees all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chalicelib.domain.compose.capabilities import HARMLESS
from chalicelib.domain.compose.files import Shelf
from chalicelib.domain.compose.notes import Notes
from chalicelib.domain.compose.rules import Refused, Rule
from chalicelib.domain.compose.section import Section, shown
from chalicelib.domain.compose.tree import Mapping, Node, Scalar, Sequence
from chalicelib.domain.compose.volumes import read_wishes, refusal
from chalicelib.domain.errors import InvalidPlan

_HARMLESS_PROFILE = re.compile(
    r"no-new-privileges(?:[:=](?:true|false))?|apparmor[:=](?:docker-default|runtime/default)"
    r"|seccomp[:=](?:builtin|default|runtime/default)"
)
"""What hardens a container, or names the profile that it has anyway."""


@dataclass(frozen=True)
class Refusal:
    """One thing that is not granted."""

    rule: Rule
    reason: str
    line: int


Check = Callable[[str, Node], Rule | None]


def _if_set(rule: Rule) -> Check:
    """Refuse a key that holds anything but null, false or an empty list or map."""

    def check(_: str, node: Node) -> Rule | None:
        return rule if _says_something(node) else None

    return check


def _namespace(*granted: str) -> Check:
    def check(_: str, node: Node) -> Rule | None:
        own = isinstance(node, Scalar) and (node.is_null or node.text in {"", *granted})
        return None if own else Refused.HOST_NAMESPACE

    return check


def _capabilities(_: str, node: Node) -> Rule | None:
    names = {text.strip().upper().removeprefix("CAP_") for text in _texts(node)}
    return None if names <= HARMLESS else Refused.CAPABILITY


def _security(_: str, node: Node) -> Rule | None:
    fine = all(_HARMLESS_PROFILE.fullmatch(text.strip()) for text in _texts(node))
    return None if fine else Refused.UNCONFINED


def _extends(_: str, node: Node) -> Rule | None:
    from_file = isinstance(node, Mapping) and "file" in node.entries
    return Refused.EXTENDS_FILE if from_file else None


def _volumes_from(_: str, node: Node) -> Rule | None:
    return Refused.EXTERNAL if any(text.startswith("container:") for text in _texts(node)) else None


def _runtime(_: str, node: Node) -> Rule | None:
    return Refused.DEVICE if any("nvidia" in text for text in _texts(node)) else None


_CHECKS: dict[str, Check] = {
    "build": _if_set(Refused.BUILD),
    "privileged": _if_set(Refused.PRIVILEGED),
    "network_mode": _namespace("bridge", "default", "none"),
    "net": _namespace("bridge", "default", "none"),
    "pid": _namespace("private"),
    "ipc": _namespace("none", "private", "shareable"),
    "uts": _namespace("private"),
    "userns_mode": _namespace("auto", "keep-id", "nomap", "private"),
    "cgroup": _namespace("private"),
    "devices": _if_set(Refused.DEVICE),
    "device_cgroup_rules": _if_set(Refused.DEVICE),
    "gpus": _if_set(Refused.DEVICE),
    "runtime": _runtime,
    "cap_add": _capabilities,
    "security_opt": _security,
    "use_api_socket": _if_set(Refused.DOCKER_SOCKET),
    "volumes_from": _volumes_from,
    "external_links": _if_set(Refused.EXTERNAL),
    "extends": _extends,
}


def refusals(root: Mapping, shelf: Shelf) -> list[Refusal]:
    """List everything that is refused, by line."""
    found = [*_of_root(root)]
    services = root.entries.get("services")
    if isinstance(services, Mapping):
        for name, service in services.entries.items():
            if isinstance(service, Mapping):
                found += _of_service(name, service, shelf)
    return sorted(found, key=lambda refusal: refusal.line)


def _of_root(root: Mapping) -> Iterator[Refusal]:
    if "include" in root.entries and _says_something(root.entries["include"]):
        yield _told(Refused.INCLUDE, "include", root.lines["include"])
    for kind in ("networks", "volumes", "configs", "secrets"):
        group = root.entries.get(kind)
        for name, entry in group.entries.items() if isinstance(group, Mapping) else ():
            if not isinstance(entry, Mapping):
                continue
            if "external" in entry.entries and _says_something(entry.entries["external"]):
                path = f"{kind}.{name}.external"
                yield _told(Refused.EXTERNAL, path, entry.lines["external"])
            device = _inside(entry, "driver_opts", "device")
            if isinstance(device, Scalar) and device.text.startswith(("/", "~", ".")):
                path = f"{kind}.{name}.driver_opts.device"
                yield _told(Refused.HOST_PATH, path, device.line)


def _of_service(name: str, service: Mapping, shelf: Shelf) -> Iterator[Refusal]:
    path = f"services.{name}"
    for key, node in service.entries.items():
        check = _CHECKS.get(key)
        if check and (rule := check(key, node)):
            told = f"{path}.{key}: {shown(node)}" if isinstance(node, Scalar) else f"{path}.{key}"
            yield _told(rule, told, service.lines[key])
    devices = _inside(service, "deploy", "resources", "reservations", "devices")
    if devices is not None and _says_something(devices):
        yield _told(Refused.DEVICE, f"{path}.deploy.resources.reservations.devices", devices.line)
    yield from _of_mounts(path, service, shelf)


def _of_mounts(path: str, service: Mapping, shelf: Shelf) -> Iterator[Refusal]:
    try:
        wishes = read_wishes(Section(service, path, Notes()))
    except InvalidPlan:
        # Whoever reads the service meets this mistake again, and lets nothing pass.
        return
    for wish, node, at in wishes:
        if found := refusal(wish, shelf):
            yield Refusal(found[0], f"{at}: {shown(node)}: {found[1]}.", node.line)


def _told(rule: Rule, path: str, line: int) -> Refusal:
    return Refusal(rule, f"{path} is refused. {rule.value}", line)


def _says_something(node: Node) -> bool:
    if isinstance(node, Scalar):
        return not node.is_null and node.text.strip().lower() not in {"", "false", "no", "off"}
    return bool(node.items if isinstance(node, Sequence) else node.entries)


def _texts(node: Node | None) -> Iterator[str]:
    """Give every word of a value, those of nested lists and maps and their keys included.

    Here are keys that only this module reads: a shape that compose does not know hides nothing.
    """
    if isinstance(node, Scalar):
        yield from () if node.is_null else (node.text,)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _texts(item)
    elif node is not None:
        for key, item in node.entries.items():
            yield key
            yield from _texts(item)


def _inside(node: Node | None, *keys: str) -> Node | None:
    for key in keys:
        node = node.entries.get(key) if isinstance(node, Mapping) else None
    return node
