"""Reads maps of texts that compose also lets people write as lists: environment and labels."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Values

from chalicelib.domain.compose.rules import Mistaken, fault
from chalicelib.domain.compose.section import Section, as_items, as_text, named, shown
from chalicelib.domain.compose.tree import Mapping, Node

MAX_CHARACTERS = 131_072
"""What all values of one map may add up to; Linux takes no more for one argument."""
RESERVED_LABELS = ("hoster.", "com.hoster.")
"""Labels by which Hoster finds its own containers."""
ROUTE_LABEL = "hoster.route.port"
"""The one label of Hoster that a text may set: this service's port is where the route leads."""


def read_environment(
    service: Section, variables: Values[str, str], from_files: Values[str, str]
) -> dict[str, str]:
    """Read `environment` over what env files say. Raises `InvalidPlan`.

    A name without value takes the variable of that name, if there is one.
    """
    result = dict(from_files)
    for name, value, path, line in read_pairs(service, "environment"):
        given = variables.get(name) if value is None else value
        if given is None:
            service.notes.add(path, line, "It has no value, and there is no variable of its name.")
            result.pop(name, None)
            continue
        result[name] = given
    _check_size(result, service, "environment")
    return result


def read_labels(service: Section) -> dict[str, str]:
    """Read `labels`, without those that are Hoster's own. Raises `InvalidPlan`."""
    result: dict[str, str] = {}
    for name, value, path, line in read_pairs(service, "labels"):
        if name == ROUTE_LABEL:
            continue
        if name.startswith(RESERVED_LABELS):
            service.notes.add(path, line, "Labels with this prefix are Hoster's own.")
        else:
            result[name] = value or ""
    _check_size(result, service, "labels")
    return result


def read_pairs(service: Section, key: str) -> Iterator[tuple[str, str | None, str, int]]:
    """Give each name with its value, None where there is none, its dotted path and its line."""
    node = service.take(key)
    if node is None:
        return
    path = service.at(key)
    for name, value, place, line in _listed(node, path):
        if not name or "=" in name or any(letter.isspace() for letter in name):
            detail = f"{path} holds a name that is empty or has spaces or “=” in it."
            raise fault(Mistaken.BAD_ENVIRONMENT, detail, line)
        yield name, value, place, line


def _listed(node: Node, path: str) -> Iterator[tuple[str, str | None, str, int]]:
    if isinstance(node, Mapping):
        yield from _entries(node, path)
        return
    for item in as_items(node, path):
        if isinstance(item, Mapping):
            # `- NAME: value` is a common slip; it can mean only one thing.
            yield from _entries(item, path)
            continue
        text = as_text(item, path)
        name, equals, value = text.partition("=")
        if not name:
            detail = f"{path}: {shown(item)} is not NAME=value."
            raise fault(Mistaken.BAD_ENVIRONMENT, detail, item.line)
        name = name.strip()
        yield name, value if equals else None, named(path, item, name), item.line


def _entries(node: Mapping, path: str) -> Iterator[tuple[str, str | None, str, int]]:
    for name, value in node.entries.items():
        place = named(path, value, name)
        text = as_text(value, place)
        yield name, None if getattr(value, "is_null", False) else text, place, node.lines[name]


def _check_size(pairs: dict[str, str], service: Section, key: str) -> None:
    if sum(len(name) + len(value) for name, value in pairs.items()) > MAX_CHARACTERS:
        detail = f"{service.at(key)} holds more than {MAX_CHARACTERS} characters."
        raise fault(Mistaken.BAD_ENVIRONMENT, detail, service.line(key))
