"""Makes of what another platform's compose text means what ours takes without lenience.

Named volumes and networks that nobody declared are declared, a dollar sign that begins no
reference is doubled, and the route is written down.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from yaml.nodes import MappingNode, Node, ScalarNode

from chalicelib.domain.compose.interpolation import Malformed, parse
from chalicelib.domain.importing.document import (
    entries,
    get,
    items,
    line_of,
    mapping,
    put,
    scalar,
    scalars,
    text_of,
)
from chalicelib.domain.importing.imported import Dropped, ImportedRoute
from chalicelib.domain.variables import Definition

_STRAY = re.compile(r"(\$\$)|\$(?![A-Za-z_]|\{[A-Za-z_][A-Za-z0-9_]*(?:\}|:?[-?+]))", re.ASCII)
"""A pair of dollar signs, or one that begins no reference."""
_CHOICE = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)(?=[}/]|\Z)", re.ASCII)
_CHOSEN = "{source} would be a folder of the server; it is a volume of the app's own."
NOTHING: Mapping[str, Definition] = {}
_NAMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*", re.ASCII)


def services_of(root: MappingNode) -> list[tuple[str, MappingNode]]:
    """List the services that are maps, in the text's order."""
    found = entries(get(root, "services"))
    return [(name, node) for name, node in found if isinstance(node, MappingNode)]


def mount_sources(service: MappingNode) -> Iterator[tuple[Node, str, str, Callable[[str], None]]]:
    """List a service's mounts that have a source: node, source, target, and what renames it."""
    for item in items(get(service, "volumes")):
        if isinstance(item, ScalarNode):
            source, mark, rest = item.value.partition(":")
            if mark:
                yield item, source, rest.partition(":")[0], _renamer(item, rest)
        elif isinstance(item, MappingNode):
            source_node = get(item, "source") or get(item, "src")
            target = text_of(get(item, "target") or get(item, "dst"))
            if isinstance(source_node, ScalarNode):
                yield item, source_node.value, target, _setter(item, source_node)


def _renamer(item: ScalarNode, rest: str) -> Callable[[str], None]:
    def rename(source: str) -> None:
        item.value = f"{source}:{rest}"

    return rename


def _setter(item: MappingNode, source_node: ScalarNode) -> Callable[[str], None]:
    def rename(source: str) -> None:
        source_node.value = source
        put(item, "type", scalar("volume" if _NAMED.fullmatch(source) else "bind"))

    return rename


def set_route(root: MappingNode, route: ImportedRoute) -> None:
    """Say in the text which service and port the app's host names lead to."""
    stated = mapping([("service", scalar(route.service)), ("port", scalar(route.port))])
    put(root, "x-hoster", mapping([("route", stated)]))


def set_no_route(root: MappingNode) -> None:
    """Say in the text that no host name leads to the app, whatever it publishes."""
    put(root, "x-hoster", mapping([("route", scalar(value=False))]))


def tidy(
    root: MappingNode, dropped: list[Dropped], made: Mapping[str, Definition] = NOTHING
) -> None:
    """Declare what is used, and double dollar signs that begin no reference.

    A mount whose source nobody chose yet becomes a volume, which is noted as dropped.
    """
    double_stray_dollars(root)
    for name, service in services_of(root):
        for node, source, target, rename in mount_sources(service):
            rename_source = _own_volume(source.strip(), made)
            if rename_source is not None:
                key = f"services.{name}.volumes.{target}"
                dropped.append(Dropped(key, _CHOSEN.format(source=source), line_of(node)))
            if rename_source is not None or source != source.strip():
                rename(rename_source or source.strip())
        for item in items(get(service, "volumes")):
            if isinstance(item, ScalarNode) and ": /" in item.value:
                item.value = item.value.replace(": /", ":/")
    declare_volumes(root)
    declare_networks(root)


def _is_place(source: str) -> bool:
    return source.startswith(("/", "~", "."))


def _own_volume(source: str, made: Mapping[str, Definition]) -> str | None:
    """Name the volume that stands for a source without any value; None for every other one."""
    found = _CHOICE.match(source)
    if found is None or (found[1] in made and _is_place(made[found[1]].default or "")):
        return None
    return re.sub(r"[^a-z0-9]+", "-", source.lower()).strip("-") or None


def double_stray_dollars(root: Node) -> None:
    """Double each dollar sign of a value that begins neither a reference nor a pair."""
    for node in scalars(root):
        if "$" in node.value and not _is_well_formed(node.value):
            node.value = _STRAY.sub("$$", node.value)
            if not _is_well_formed(node.value):
                node.value = escaped(node.value)


def escaped(text: str) -> str:
    """Double every dollar sign, so that nothing of a text is filled in."""
    return text.replace("$", "$$")


def _is_well_formed(text: str) -> bool:
    try:
        parse(text)
    except Malformed:
        return False
    return True


def declare_volumes(root: MappingNode) -> None:
    """Declare the named volumes that services mount."""
    used = [
        source
        for _, service in services_of(root)
        for _, source, _, _ in mount_sources(service)
        if _NAMED.fullmatch(source)
    ]
    _declare(root, "volumes", used)


def declare_networks(root: MappingNode) -> None:
    """Declare the networks that services are on."""
    used: list[str] = []
    for _, service in services_of(root):
        node = get(service, "networks")
        used += [text_of(item) for item in items(node)] + [name for name, _ in entries(node)]
    _declare(root, "networks", [name for name in used if name != "default"])


def _declare(root: MappingNode, kind: str, names: list[str]) -> None:
    declared = get(root, kind)
    if not isinstance(declared, MappingNode):
        declared = mapping()
    known = {name for name, _ in entries(declared)}
    for name in dict.fromkeys(names):
        if name and name not in known:
            put(declared, name, mapping())
    if declared.value:
        put(root, kind, declared)
