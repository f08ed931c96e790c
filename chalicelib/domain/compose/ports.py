"""Reads ports in every form of compose: short, long, ranges, with host address and protocol."""

from __future__ import annotations

import re
from dataclasses import replace

from chalicelib.domain.compose.rules import Mistaken, fault
from chalicelib.domain.compose.section import Section, as_text, shown
from chalicelib.domain.compose.tree import Mapping, Node, Scalar
from chalicelib.domain.plan import Port, Protocol

MAX_PORTS = 100
"""Container ports that one service may publish or expose."""

_RANGE = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?", re.ASCII)
_ADDRESS = re.compile(r"\[?[0-9A-Fa-f.:]+\]?")
_PROTOCOLS: dict[str, Protocol] = {"tcp": "tcp", "udp": "udp"}


def parse_port(text: str) -> tuple[list[Port], str]:
    """Read the short form `[address:][published:]target[/protocol]` and its host address.

    A range gives one port each. Raises `ValueError` with a sentence.
    """
    body, _, protocol = text.strip().partition("/")
    parts = body.rsplit(":", 2)
    address = parts[0] if len(parts) == 3 else ""
    published = parts[-2] if len(parts) > 1 else ""
    if address and not _ADDRESS.fullmatch(address):
        detail = "has a host address that is not an IP address"
        raise ValueError(detail)
    return make_ports(parts[-1], published, protocol or "tcp"), address


def make_ports(target: str, published: str, protocol: str) -> list[Port]:
    """Make the ports of a target and a published number or range. Raises `ValueError`."""
    if protocol.lower() not in _PROTOCOLS:
        detail = "has a protocol other than tcp and udp"
        raise ValueError(detail)
    kind = _PROTOCOLS[protocol.lower()]
    targets = _numbers(target)
    hosts = _numbers(published, least=0) if published else range(0)
    if len(targets) > MAX_PORTS:
        detail = f"names more than {MAX_PORTS} ports"
        raise ValueError(detail)
    if len(targets) == len(hosts):
        pairs = zip(targets, hosts, strict=True)
        return [Port(one, other or None, kind) for one, other in pairs]
    if hosts and len(targets) > 1:
        detail = "has ranges of different lengths"
        raise ValueError(detail)
    # A published range for one target leaves the choice to the host, as no number does.
    return [Port(one, None, kind) for one in targets]


def _numbers(text: str, least: int = 1) -> range:
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        detail = "is not a port such as 80, 8080:80 or 8000-8010"
        raise ValueError(detail)
    first, last = int(match[1]), int(match[2] or match[1])
    if not least <= first <= last <= 65_535:
        detail = "is not within 1 and 65535, or its range runs backwards"
        raise ValueError(detail)
    return range(first, last + 1)


def read_ports(service: Section) -> tuple[Port, ...]:
    """Read `ports`; a container port that stands twice is kept once. Raises `InvalidPlan`."""
    found: list[Port] = []
    items = service.items("ports")
    for index, node in enumerate(items):
        path = f"{service.at('ports')}.{index}"
        if _is_sctp(node):
            service.notes.add(path, node.line, "Only TCP and UDP ports are published.")
            continue
        try:
            read = _long if isinstance(node, Mapping) else _short
            found += read(node, path, service)
        except ValueError as error:
            detail = f"{path}: {shown(node)} {error}."
            raise fault(Mistaken.BAD_PORT, detail, node.line) from error
        _check_count(found, service, "ports")
    return _distinct(found)


def read_expose(service: Section) -> tuple[Port, ...]:
    """Read `expose`: ports for the other services alone. Raises `InvalidPlan`."""
    found: list[Port] = []
    for index, node in enumerate(service.items("expose")):
        path = f"{service.at('expose')}.{index}"
        try:
            target, _, protocol = as_text(node, path).partition("/")
            found += make_ports(target, "", protocol or "tcp")
        except ValueError as error:
            detail = f"{path}: {shown(node)} {error}."
            raise fault(Mistaken.BAD_PORT, detail, node.line) from error
        _check_count(found, service, "expose")
    return _distinct(found)


def _is_sctp(node: Node) -> bool:
    if isinstance(node, Mapping):
        node = node.entries.get("protocol", node)
        return isinstance(node, Scalar) and node.text.lower() == "sctp"
    return isinstance(node, Scalar) and node.text.lower().endswith("/sctp")


def _short(node: Node, path: str, service: Section) -> list[Port]:
    ports, address = parse_port(as_text(node, path))
    if address:
        service.notes.add(f"{path}.host_ip", node.line)
    return ports


def _long(node: Node, path: str, service: Section) -> list[Port]:
    entry = Section(node, path, service.notes)
    target = entry.text("target") or ""
    ports = make_ports(target, entry.text("published") or "", entry.text("protocol") or "tcp")
    entry.close()
    return ports


def _check_count(found: list[Port], service: Section, key: str) -> None:
    if len(found) > MAX_PORTS:
        detail = f"{service.at(key)} names more than {MAX_PORTS} ports."
        raise fault(Mistaken.BAD_PORT, detail, service.line(key))


def _distinct(ports: list[Port]) -> tuple[Port, ...]:
    """Keep the first of each container port and protocol."""
    first: dict[Port, Port] = {}
    for port in ports:
        first.setdefault(replace(port, published=None), port)
    return tuple(first.values())
