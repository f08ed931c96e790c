"""Finds the routes of a Coolify template, and fills in what stands for the app's own address.

A name such as SERVICE_URL_APP_8080 makes a route where it is a key of a service's environment; as
a reference anywhere it only stands for the address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from chalicelib.domain.compose.interpolation import HOST, URL
from chalicelib.domain.importing.coolify.magic import MAGIC, Magic, magic_of
from chalicelib.domain.importing.document import (
    entries,
    get,
    is_null,
    items,
    line_of,
    mapping,
    plain,
    put,
    scalar,
    scalars,
    text_of,
)
from chalicelib.domain.importing.imported import Dropped, ImportedRoute
from chalicelib.domain.importing.tidying import escaped, services_of

_USE = re.compile(r"(\$\$\{?)|\$(?P<brace>\{?)(?P<name>[A-Za-z_][A-Za-z0-9_]*)", re.ASCII)
_IN_CONTAINER = re.compile(r"\$\$\{?(SERVICE_[A-Za-z0-9_]+)", re.ASCII)
_PORT = re.compile(r"[0-9]{1,5}", re.ASCII)
_ONE = "An app has one name and one route here; this one was not kept."
_NO_PORT = "It names no port, and neither does the text; 80 is taken."
_BUILT_IN = {"URL": URL, "FQDN": HOST}
_PLATFORM = {"COOLIFY_URL": URL, "COOLIFY_FQDN": HOST}


@dataclass(frozen=True)
class _Claim:
    """A key of an environment that asks for a route."""

    service: str
    key: str
    magic: Magic
    value: str
    line: int | None


class Addresses:
    """The routes of a text: those that its environments state, the kept one first."""

    def __init__(self, root: MappingNode, header_port: str) -> None:
        self.services = services_of(root)
        self.dropped: list[Dropped] = []
        claims = [claim for name, node in self.services for claim in _claims(name, node)]
        claims = claims or self._claim_of_header(_port(header_port))
        found = self._routes(claims, _port(header_port))
        self.routes = tuple(route for route, _ in found)
        for _, claim in found[1:]:
            key = f"services.{claim.service}.environment.{claim.key}"
            self.dropped.append(Dropped(key, _ONE, claim.line))

    def _claim_of_header(self, port: int | None) -> list[_Claim]:
        """Claim a route for the service that publishes the header's port, or else the first."""
        if port is None or not self.services:
            return []
        texts = {name: plain(get(node, "ports")) or [] for name, node in self.services}
        publishing = (name for name in texts if re.search(rf"\b{port}\b", str(texts[name])))
        name = next(publishing, self.services[0][0])
        return [_Claim(name, "port", Magic("URL", "", port), "", 1)]

    def _routes(
        self, claims: list[_Claim], usual: int | None
    ) -> list[tuple[ImportedRoute, _Claim]]:
        """Make one route of each name and path, the one with the usual port first."""
        found: dict[tuple[str, str, str], tuple[ImportedRoute, _Claim]] = {}
        ports: dict[tuple[str, str], int] = {}
        for claim in claims:
            stated = claim.magic.port or _port_in(claim.value)
            if stated is not None:
                ports.setdefault((claim.service, claim.magic.id), stated)
        for claim in claims:
            path = claim.value if claim.value.startswith("/") else "/"
            port = ports.get((claim.service, claim.magic.id)) or self._guess(claim, usual)
            place = (claim.magic.id, claim.service, path)
            found.setdefault(place, (ImportedRoute(claim.service, port, path), claim))
        return sorted(
            found.values(), key=lambda one: (one[0].path != "/", one[0].port != (usual or 0))
        )

    def _guess(self, claim: _Claim, usual: int | None) -> int:
        """Choose a port for a route that names none."""
        if usual is not None:
            return usual
        node = next(node for name, node in self.services if name == claim.service)
        for key in ("ports", "expose"):
            for item in items(get(node, key)):
                text = text_of(item) or text_of(get(item, "target"))
                port = _port(text.partition("/")[0].rpartition(":")[2])
                if port is not None:
                    return port
        key = f"services.{claim.service}.environment.{claim.key}"
        self.dropped.append(Dropped(key, _NO_PORT, claim.line))
        return 80

    def fill(self, root: MappingNode) -> None:
        """Put the built-in variables in the places of the foreign ones."""
        for _, service in self.services:
            _hand_down(service)
            _give_values(service)
        for node in scalars(root):
            if "$" in node.value:
                node.value = self.filled(node.value)

    def filled(self, text: str) -> str:
        """Fill the app's own addresses and its services' names into a text."""
        return _USE.sub(self._replacement, text)

    def filled_content(self, text: str) -> str:
        """Prepare a file's content: of its dollar signs, only magic names are references."""
        parts, end = [], 0
        for found in re.finditer(rf"\$\{{?({MAGIC.pattern})\}}?", text):
            parts += [escaped(text[end : found.start()]), self.filled(f"${{{found[1]}}}")]
            end = found.end()
        return "".join((*parts, escaped(text[end:])))

    def _replacement(self, found: re.Match[str]) -> str:
        magic = magic_of(found["name"] or "")
        name = _PLATFORM.get(found["name"] or "")
        if magic is not None and magic.is_address:
            name = _BUILT_IN[magic.type]
        if name is not None:
            return f"${{{name}" if found["brace"] else f"${{{name}}}"
        if magic is not None and magic.type == "NAME" and not found["brace"]:
            return self._service(magic.id)
        return found.group()

    def _service(self, owner: str) -> str:
        """Name the service that a magic name means."""
        wanted = _bare(owner)
        return next((name for name, _ in self.services if _bare(name) == wanted), owner.lower())


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _port(text: str) -> int | None:
    """Read a port; None for what is none."""
    return int(text) if _PORT.fullmatch(text) and 1 <= int(text) <= 65_535 else None


def _port_in(value: str) -> int | None:
    """Find the port of the address that a value refers to."""
    magics = [magic_of(name) for name in MAGIC.findall(value)]
    return next((one.port for one in magics if one is not None and one.is_address), None)


def _claims(name: str, service: MappingNode) -> Iterator[_Claim]:
    """List the keys of a service's environment that ask for a route."""
    for key, value, node in _environment(service):
        magic = magic_of(key)
        if magic is not None and magic.is_address:
            yield _Claim(name, key, magic, value, line_of(node))


def _environment(service: MappingNode) -> Iterator[tuple[str, str, Node]]:
    node = get(service, "environment")
    for key, value in entries(node):
        yield key, text_of(value), value
    for item in items(node):
        name, _, text = text_of(item).partition("=")
        yield name.strip(), text, item


def _give_values(service: MappingNode) -> None:
    """Write what a stated address is: a bare key, or one with a path, gets the address itself."""
    node = get(service, "environment")
    if isinstance(node, MappingNode):
        for key, value in entries(node):
            magic = magic_of(key)
            if magic is not None and (is_null(value) or text_of(value).startswith("/")):
                put(node, key, scalar(_value(key, magic, text_of(value))))
    for item in items(node):
        name, _, text = text_of(item).partition("=")
        magic = magic_of(name.strip())
        is_stated = magic is not None and (not text or text.startswith("/"))
        if isinstance(item, ScalarNode) and magic is not None and is_stated:
            item.value = f"{name.strip()}={_value(name.strip(), magic, text)}"


def _value(key: str, magic: Magic, path: str) -> str:
    if not magic.is_address:
        return f"${{{key}}}"
    return f"${{{_BUILT_IN[magic.type]}}}{path.rstrip('/')}"


def _hand_down(service: MappingNode) -> None:
    """Give a service the magic variables that its own commands look for.

    The other platform hands every one of them to every container.
    """
    wanted = [name for node in scalars(service) for name in _IN_CONTAINER.findall(node.value)]
    known = {key for key, _, _ in _environment(service)}
    missing = [name for name in dict.fromkeys(wanted) if name not in known and magic_of(name)]
    if not missing:
        return
    node = get(service, "environment")
    if isinstance(node, SequenceNode):
        node.value += [scalar(f"{name}=${{{name}}}") for name in missing]
        return
    if not isinstance(node, MappingNode):
        node = mapping()
        put(service, "environment", node)
    for name in missing:
        put(node, name, scalar(f"${{{name}}}"))
