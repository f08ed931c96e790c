"""Leaves out services that belong to a profile and that no other service needs.

Nobody can switch a profile on here, so such services do not run, as with compose itself.
"""

from __future__ import annotations

from collections.abc import Iterator

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
    return isinstance(profiles, Sequence) and bool(profiles.items)


def _needs(service: Node) -> Iterator[str]:
    if not isinstance(service, Mapping):
        return
    needs = service.entries.get("depends_on")
    if isinstance(needs, Mapping):
        yield from needs.entries
    for node in needs.items if isinstance(needs, Sequence) else ():
        if isinstance(node, Scalar):
            yield node.text
