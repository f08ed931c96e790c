"""Reads networks: those of the text, and on which of them a service answers to which names.

Every deployment has a network of its own. It stands for `default`, and where no service
uses that, for the first network of the text that leads outside.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from collections.abc import Mapping as Values
from dataclasses import dataclass, field, replace

from chalicelib.domain.compose.rules import Mistaken, fault
from chalicelib.domain.compose.section import Section, as_text, shown
from chalicelib.domain.compose.tree import Mapping, Node, Sequence
from chalicelib.domain.names_on_node import OWN_NETWORK
from chalicelib.domain.plan import Attachment, Network, Route, Service

MAX_NETWORKS = 20
"""Networks of one deployment; Docker has room for few on a server."""
MAX_ALIASES = 50
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}", re.ASCII)
"""A network's name, and an alias, as Docker's name server answers to it."""
_BRIDGES = {"bridge", "default", "overlay"}


@dataclass
class Networks:
    """What the text declares; `used` gathers what services stand on, in the text's order."""

    declared: dict[str, bool]
    """Names, and whether each is internal."""
    lenient: bool
    taken: Collection[str]
    """Services that run, in lower case: no alias may be one of them."""
    used: dict[str, None] = field(default_factory=dict)

    def attach(self, service: Section, name: str) -> tuple[Attachment, ...]:
        """Read on which networks a service stands. Raises `InvalidPlan`."""
        mode = service.text("network_mode") or service.text("net") or ""
        if mode == "none":
            if service.take("networks") is not None:
                detail = f"{service.path} has networks, and network_mode: none."
                raise fault(Mistaken.BAD_NETWORK, detail, service.line("network_mode"))
            return ()
        if mode:
            key = "network_mode" if "network_mode" in service.node.entries else "net"
            service.ignore(key, "The service stands on the app's networks.")
        own_name = self._container_name(service)
        found = [
            Attachment(network, (*own_name, *aliases))
            for network, aliases in self._stated(service, name)
        ] or [Attachment(OWN_NETWORK, own_name)]
        self.used.update(dict.fromkeys(one.network for one in found))
        return tuple(found)

    def _stated(self, service: Section, name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        node = service.take("networks")
        if isinstance(node, Mapping):
            for network, entry in service.sections("networks"):
                self._check(network, entry.path, entry.line() or service.line("networks"))
                aliases = tuple(self._aliases(entry, name))
                entry.close()
                yield network, aliases
            return
        for index, item in enumerate(service.items("networks")):
            path = f"{service.at('networks')}.{index}"
            network = as_text(item, path)
            self._check(network, path, item.line)
            yield network, ()

    def _check(self, network: str, path: str, line: int | None) -> None:
        if network in self.declared or network == OWN_NETWORK:
            return
        if not _NAME.fullmatch(network):
            raise fault(Mistaken.BAD_NETWORK, f"{path} is no name of a network.", line)
        if not self.lenient:
            detail = f"{path}: this network is not declared under networks."
            raise fault(Mistaken.UNDEFINED_NETWORK, detail, line)
        self.declared[network] = False

    def _aliases(self, entry: Section, name: str) -> Iterator[str]:
        items = entry.items("aliases")
        if len(items) > MAX_ALIASES:
            detail = f"{entry.at('aliases')} has more than {MAX_ALIASES} names."
            raise fault(Mistaken.BAD_NETWORK, detail, entry.line("aliases"))
        for index, item in enumerate(items):
            path = f"{entry.at('aliases')}.{index}"
            alias = as_text(item, path)
            if not _NAME.fullmatch(alias):
                detail = f"{path}: {shown(item)} is no host name."
                raise fault(Mistaken.BAD_NETWORK, detail, item.line)
            if self._is_free(alias):
                yield alias
            elif alias.lower() != name.lower():
                entry.notes.add(path, item.line, "Another service has this name.")

    def _container_name(self, service: Section) -> tuple[str, ...]:
        """Give a container's name as an alias, since Docker's name server would know it too."""
        node = service.node.entries.get("container_name")
        alias = as_text(node, service.at("container_name")) if node is not None else ""
        fits = _NAME.fullmatch(alias) and self._is_free(alias)
        return (alias,) if fits else ()

    def _is_free(self, alias: str) -> bool:
        return alias.lower() not in self.taken


def read_networks(root: Section, names: Collection[str], *, lenient: bool) -> Networks:
    """Read the text's networks. Raises `InvalidPlan`."""
    node = root.node.entries.get("networks")
    declared: dict[str, bool] = {}
    if isinstance(node, Sequence):
        for item in root.items("networks"):
            declared[_checked(as_text(item, "networks"), item)] = False
    else:
        for name, section in root.sections("networks"):
            _checked(name, section.node)
            declared[name] = section.boolean("internal")
            section.boolean("external")
            if section.text("driver") not in {None, "", *_BRIDGES}:
                section.ignore("driver")
            section.close()
    if len(declared) > MAX_NETWORKS:
        detail = f"There are more than {MAX_NETWORKS} networks."
        raise fault(Mistaken.TOO_COMPLEX, detail, root.line("networks"))
    return Networks(declared, lenient, {name.lower() for name in names})


def _checked(name: str, node: Node) -> str:
    if not _NAME.fullmatch(name):
        detail = f"“{name[:80]}” is no name of a network; letters, digits, “_”, “.” and “-”."
        raise fault(Mistaken.BAD_NETWORK, detail, node.line)
    return name


def lay_out(
    networks: Networks, services: list[Service], linked: Values[str, Collection[str]], root: Section
) -> tuple[list[Service], tuple[Network, ...]]:
    """Give each service its networks, those that lead outside first, and name the others.

    `linked` holds the names under which others link to a service. A network that no service
    stands on is told.
    """
    used, declared = networks.used, networks.declared
    for name in sorted(declared.keys() - used.keys() - {OWN_NETWORK}):
        root.notes.add(f"networks.{name}", root.line("networks"), "No service stands on it.")
    outside = (name for name in used if not declared.get(name, False))
    own = OWN_NETWORK if OWN_NETWORK in used else next(outside, OWN_NETWORK)

    def place(service: Service) -> Service:
        names = linked.get(service.name, ())
        found = tuple(
            Attachment(
                OWN_NETWORK if one.network == own else one.network,
                tuple(dict.fromkeys((*one.aliases, *names))),
            )
            for one in sorted(service.networks, key=lambda one: declared.get(one.network, False))
        )
        return service if found == service.networks else replace(service, networks=found)

    placed = [place(service) for service in services]
    others = tuple(Network(name, declared[name]) for name in used if name != own)
    return placed, others


def let_in(
    services: list[Service], networks: tuple[Network, ...], route: Route | None
) -> list[Service]:
    """Put the routed service on the app's own network too, if nothing else leads outside."""
    inside = {network.name for network in networks if network.internal}
    return [
        replace(service, networks=(Attachment(OWN_NETWORK), *service.networks))
        if route is not None
        and service.name == route.service
        and service.networks
        and {one.network for one in service.networks} <= inside
        else service
        for service in services
    ]
