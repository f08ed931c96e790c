"""Reads what a service waits for: `depends_on` in both forms, links, and shared volumes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import get_args

from chalicelib.domain.compose.rules import Mistaken, fault
from chalicelib.domain.compose.section import Section, as_text, shown
from chalicelib.domain.compose.tree import Mapping
from chalicelib.domain.plan import Condition, Dependency

_ALIAS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}", re.ASCII)
_CONDITIONS: dict[str, Condition] = {name: name for name in get_args(Condition)}

Wish = tuple[Dependency, str, int]
"""What a text waits for, how to name it to a person, and its line."""


def read_dependencies(service: Section, known: Collection[str]) -> tuple[Dependency, ...]:
    """Read each service that this one waits for, once. Raises `InvalidPlan`."""
    node = service.take("depends_on")
    wishes = _mapped(service, known) if isinstance(node, Mapping) else _listed(service)
    found: dict[str, Dependency] = {}
    for dependency, told, line in (*wishes, *_links(service), *_sharers(service)):
        if dependency.service not in known:
            detail = f"{service.path} depends on {told}, which is no service that runs here."
            raise fault(Mistaken.UNKNOWN_DEPENDENCY, detail, line)
        found.setdefault(dependency.service, dependency)
    return tuple(found.values())


def _mapped(service: Section, known: Collection[str]) -> Iterator[Wish]:
    """Read the long form; what is not required and not there is told as ignored."""
    for name, entry in service.sections("depends_on"):
        dependency = _long(name, entry)
        if entry.boolean("restart"):
            entry.ignore("restart", "A service is started again by its own restart policy.")
        optional = entry.take("required") is not None and not entry.boolean("required")
        entry.close()
        if optional and name not in known:
            service.notes.add(entry.path, entry.line(), "It is not required, and not there.")
        else:
            yield dependency, f"“{name[:80]}”", entry.line() or 0


def _listed(service: Section) -> Iterator[Wish]:
    path = service.at("depends_on")
    for item in service.items("depends_on"):
        yield Dependency(as_text(item, path)), shown(item), item.line


def _long(name: str, entry: Section) -> Dependency:
    condition = entry.text("condition") or "service_started"
    if condition not in _CONDITIONS:
        detail = f"{entry.at('condition')} must be one of {', '.join(_CONDITIONS)}."
        raise fault(Mistaken.WRONG_TYPE, detail, entry.line("condition"))
    return Dependency(name, _CONDITIONS[condition])


def _links(service: Section) -> Iterator[Wish]:
    """Read links as dependencies; see `sharing` for the names that they give."""
    for index, node in enumerate(service.items("links")):
        name, _, alias = as_text(node, f"{service.at('links')}.{index}").partition(":")
        if alias and not _ALIAS.fullmatch(alias):
            detail = f"{service.at('links')}.{index}: {shown(node)} gives no host name."
            raise fault(Mistaken.BAD_NETWORK, detail, node.line)
        yield Dependency(name), shown(node), node.line


def _sharers(service: Section) -> Iterator[Wish]:
    """Read the services whose volumes this one shares: they have them first."""
    for node in service.items("volumes_from"):
        name = as_text(node, service.at("volumes_from")).partition(":")[0]
        yield Dependency(name), shown(node), node.line
