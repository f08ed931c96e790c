"""Leaves out services that belong to a profile and that no other service needs.

Nobody can switch a profile on here, so such services do not run, as with compose itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.domain.compose.section import FALSE
from chalicelib.domain.compose.tree import Mapping, Node, Scalar, Sequence


def active_services(services: Mapping) -> list[str]:
    """Name the services that run, in the text's order."""
    needed: set[str] = set()
    waiting = [name for name, node in services.entries.items() if not _has_profile(node)]
    while waiting:
        name = waiting.pop()
        if name in services.entries and name not in needed:
            needed.add(name)
            waiting.extend(_needs(services.entries[name]))
    return [name for name in services.entries if name in needed]


def _has_profile(service: Node) -> bool:
    profiles = service.entries.get("profiles") if isinstance(service, Mapping) else None
    if isinstance(profiles, Scalar):
        return bool(profiles.text) and not profiles.is_null
    return isinstance(profiles, Sequence) and bool(profiles.items)


def _needs(service: Node) -> Iterator[str]:
    if not isinstance(service, Mapping):
        return
    needs = service.entries.get("depends_on")
    if isinstance(needs, Mapping):
        yield from (name for name, entry in needs.entries.items() if not _is_optional(entry))
    else:
        yield from _words(needs)
    yield from (link.partition(":")[0] for link in _words(service.entries.get("links")))


def _is_optional(entry: Node) -> bool:
    required = entry.entries.get("required") if isinstance(entry, Mapping) else None
    return isinstance(required, Scalar) and required.text.strip().lower() in FALSE


def _words(node: Node | None) -> Iterator[str]:
    """Give the single values of a list, or the one value."""
    for item in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(item, Scalar):
            yield item.text
