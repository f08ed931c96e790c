"""Leaves out services that belong to a profile, or have no replicas, and that no other one needs.

The variable COMPOSE_PROFILES switches profiles on, as with compose itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.domain.compose.section import FALSE
from chalicelib.domain.compose.tree import Mapping, Node, Scalar, Sequence


def active_services(services: Mapping, profiles: str = "") -> list[str]:
    """Name the services that run with these profiles (a comma list), in the text's order."""
    wanted = {profile.strip() for profile in profiles.split(",")} - {""}
    needed: set[str] = set()
    waiting = [
        name
        for name, node in services.entries.items()
        if _fits_profiles(node, wanted) and not _has_no_replicas(node)
    ]
    while waiting:
        name = waiting.pop()
        if name in services.entries and name not in needed:
            needed.add(name)
            waiting.extend(_needs(services.entries[name]))
    return [name for name in services.entries if name in needed]


def _fits_profiles(service: Node, wanted: set[str]) -> bool:
    profiles = service.entries.get("profiles") if isinstance(service, Mapping) else None
    if isinstance(profiles, Scalar) and (profiles.is_null or not profiles.text):
        return True
    own = set(_words(profiles))
    return not own or "*" in wanted or bool(own & wanted)


def _has_no_replicas(service: Node) -> bool:
    """Tell whether a service says `scale: 0` or `deploy.replicas: 0`."""
    if not isinstance(service, Mapping):
        return False
    deploy = service.entries.get("deploy")
    replicas = deploy.entries.get("replicas") if isinstance(deploy, Mapping) else None
    stated = (service.entries.get("scale"), replicas)
    return any(isinstance(one, Scalar) and one.text.strip() == "0" for one in stated)


def _needs(service: Node) -> Iterator[str]:
    if not isinstance(service, Mapping):
        return
    needs = service.entries.get("depends_on")
    if isinstance(needs, Mapping):
        yield from (name for name, entry in needs.entries.items() if not _is_optional(entry))
    else:
        yield from _words(needs)
    for key in ("links", "volumes_from"):
        yield from (link.partition(":")[0] for link in _words(service.entries.get(key)))


def _is_optional(entry: Node) -> bool:
    required = entry.entries.get("required") if isinstance(entry, Mapping) else None
    return isinstance(required, Scalar) and required.text.strip().lower() in FALSE


def _words(node: Node | None) -> Iterator[str]:
    """Give the single values of a list, or the one value."""
    for item in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(item, Scalar):
            yield item.text
