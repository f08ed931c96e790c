"""Reads what a service waits for: `depends_on` in both forms, and links."""

from __future__ import annotations

from collections.abc import Collection
from typing import get_args

from chalicelib.domain.compose.rules import Mistaken, fault
from chalicelib.domain.compose.section import Section, as_text
from chalicelib.domain.compose.tree import Mapping
from chalicelib.domain.plan import Condition, Dependency

_CONDITIONS: dict[str, Condition] = {name: name for name in get_args(Condition)}


def read_dependencies(service: Section, known: Collection[str]) -> tuple[Dependency, ...]:
    """Read each service that this one waits for, once. Raises `InvalidPlan`."""
    found: dict[str, Dependency] = {}
    node = service.take("depends_on")
    if isinstance(node, Mapping):
        for name, entry in service.sections("depends_on"):
            dependency = _long(name, entry)
            if name in known or entry.boolean("required") or "required" not in entry.node.entries:
                found[name] = dependency
            else:
                service.ignored.append(entry.path)
            entry.close()
    else:
        path = service.at("depends_on")
        for item in service.items("depends_on"):
            name = as_text(item, path)
            found[name] = Dependency(name)
    for name in _links(service):
        found.setdefault(name, Dependency(name))
    for name in found:
        if name not in known:
            detail = f"{service.path} depends on {name or 'nothing'}, which is no service here."
            raise fault(Mistaken.UNKNOWN_DEPENDENCY, detail, service.line("depends_on"))
    return tuple(found.values())


def _long(name: str, entry: Section) -> Dependency:
    condition = entry.text("condition") or "service_started"
    if condition not in _CONDITIONS:
        detail = f"{entry.at('condition')} must be one of {', '.join(_CONDITIONS)}."
        raise fault(Mistaken.WRONG_TYPE, detail, entry.line("condition"))
    return Dependency(name, _CONDITIONS[condition])


def _links(service: Section) -> list[str]:
    """Read links as dependencies; another name than the service's own has no effect."""
    names = []
    for index, node in enumerate(service.items("links")):
        path = f"{service.at('links')}.{index}"
        name, _, alias = as_text(node, path).partition(":")
        if alias and alias != name:
            service.ignored.append(f"{path}.{alias}")
        names.append(name)
    return names
