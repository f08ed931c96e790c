"""Decides which service and port a deployment's host names lead to.

`x-hoster: {route: {service, port}}` decides, else the label `hoster.route.port` of a
service, else the first service of the text with a TCP port under `ports`, else `expose`.
`x-hoster: {route: false}` is for what speaks no HTTP, such as a database: it has no host name.
"""

from __future__ import annotations

from chalicelib.domain.compose.pairs import ROUTE_LABEL
from chalicelib.domain.compose.rules import Mistaken, fault
from chalicelib.domain.compose.section import Section
from chalicelib.domain.compose.tree import Mapping, Node, Scalar, Sequence
from chalicelib.domain.plan import Port, Route, Service

_NO = frozenset({"false", "no", "off"})


def choose_route(
    own: Section,
    sections: dict[str, Section],
    services: list[Service],
    exposed: dict[str, tuple[Port, ...]],
) -> Route | None:
    """Choose for services in the text's order; `own` is `x-hoster`.

    Raises `InvalidPlan` for a route to nothing.
    """
    if _has_none(own):
        return None
    return (
        _stated(own, services, exposed)
        or _labelled(sections)
        or _first({service.name: service.ports for service in services})
        or _first(exposed)
    )


def _has_none(own: Section) -> bool:
    route = own.take("route")
    return isinstance(route, Scalar) and route.text.lower() in _NO


def _stated(
    own: Section, services: list[Service], exposed: dict[str, tuple[Port, ...]]
) -> Route | None:
    route = own.section("route")
    name, port = route.text("service") or "", route.integer("port")
    route.close()
    if not route.node.entries:
        return None
    service = next((service for service in services if service.name == name), None)
    if service is None:
        detail = f"{route.at('service')} names no service that runs."
        raise fault(Mistaken.BAD_ROUTE, detail, route.line("service"))
    first = _first({name: service.ports}) or _first({name: exposed[name]})
    port = port if port is not None else first.port if first else 0
    return Route(name, _checked(port, route.at("port"), route.line("port")))


def _labelled(sections: dict[str, Section]) -> Route | None:
    for name, section in sections.items():
        text = _label(section.node.entries.get("labels"))
        if text is not None:
            number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
            path = f"{section.at('labels')}.{ROUTE_LABEL}"
            return Route(name, _checked(number, path, section.line("labels")))
    return None


def _label(labels: Node | None) -> str | None:
    if isinstance(labels, Mapping):
        node = labels.entries.get(ROUTE_LABEL)
        return node.text if isinstance(node, Scalar) else None
    for node in labels.items if isinstance(labels, Sequence) else ():
        if isinstance(node, Scalar) and node.text.startswith(f"{ROUTE_LABEL}="):
            return node.text.partition("=")[2]
    return None


def _checked(port: int, path: str, line: int | None) -> int:
    if not 1 <= port <= 65_535:
        raise fault(Mistaken.BAD_ROUTE, f"{path} must be a port within 1 and 65535.", line)
    return port


def _first(ports: dict[str, tuple[Port, ...]]) -> Route | None:
    found = (
        Route(name, port.target)
        for name, own in ports.items()
        for port in own
        if port.protocol == "tcp"
    )
    return next(found, None)
