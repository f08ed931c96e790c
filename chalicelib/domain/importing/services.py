"""Looks at the services of a compose text as compose does: merge keys give what is not said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode

from chalicelib.domain.importing.document import (
    entries,
    get,
    items,
    mapping,
    put,
    scalar,
    sequence,
    text_of,
)

_MERGE = "<<"


def inherited(node: Node | None, key: str, depth: int = 0) -> Node | None:
    """Give a key's value, the map's own or else one that a merge key brings."""
    own = dict(entries(node))
    if key in own:
        return get(node, key)
    if _MERGE not in own or depth > 8:
        return None
    for source in items(own[_MERGE]) or [own[_MERGE]]:
        value = inherited(source, key, depth + 1)
        if value is not None:
            return value
    return None


def child(node: MappingNode, key: str) -> MappingNode:
    """Give the map below a key, made where there is none."""
    found = get(node, key)
    if isinstance(found, MappingNode):
        return found
    made = mapping()
    put(node, key, made)
    return made


def node_of(data: Any) -> Node:
    """Make nodes of plain data: maps, lists, texts, numbers and booleans."""
    if isinstance(data, dict):
        return mapping((str(key), node_of(value)) for key, value in data.items())
    if isinstance(data, list | tuple):
        return sequence(node_of(value) for value in data)
    if data is None:
        return ScalarNode("tag:yaml.org,2002:null", "")
    return scalar(data if isinstance(data, bool | int | str) else str(data))


def line_with(text: str, word: str) -> int | None:
    """Find the line where a word stands in quotes; JSON keeps no lines of its own."""
    at = text.find(f'"{word}"')
    return text.count("\n", 0, at) + 1 if at >= 0 else None


def texts_in(value: object) -> list[str]:
    """List the texts of a list of any data; none of what is no list."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def environment_of(service: MappingNode) -> Iterator[tuple[str, str | None, Node]]:
    """List a service's environment: name, value or None, and the node that has the value."""
    node = inherited(service, "environment")
    for name, value in _merged(node):
        yield name, text_of(value) if isinstance(value, ScalarNode) else None, value
    for item in items(node):
        name, sign, text = text_of(item).partition("=")
        yield name, text if sign else None, item


def _merged(node: Node | None, depth: int = 0) -> list[tuple[str, Node]]:
    """List a map's entries with those that its merge keys bring, each name once."""
    found: dict[str, Node] = {}
    for key, value in entries(node):
        if key == _MERGE and depth <= 8:
            for source in reversed(items(value) or [value]):
                found = dict(_merged(source, depth + 1)) | found
        else:
            found[key] = value
    return list(found.items())


def ports_of(service: MappingNode) -> list[tuple[str, str, str]]:
    """List published ports as the text writes them: on the host, in the container, protocol."""
    found = []
    for item in items(inherited(service, "ports")):
        if isinstance(item, MappingNode):
            target, published = text_of(get(item, "target")), text_of(get(item, "published"))
            found.append((published, target, text_of(get(item, "protocol")) or "tcp"))
        else:
            found.append(_short_port(text_of(item)))
    return found


def _short_port(text: str) -> tuple[str, str, str]:
    *host, target = split_short(text)
    target, _, protocol = target.partition("/")
    return host[-1] if host else "", target, protocol or "tcp"


def split_short(text: str) -> list[str]:
    """Split `source:target:options`, but not within the braces of a variable."""
    parts, depth, begun = [], 0, 0
    for at, letter in enumerate(text):
        if letter == "{" and text[at - 1 : at] == "$":
            depth += 1
        elif letter == "}" and depth:
            depth -= 1
        elif letter == ":" and not depth:
            parts.append(text[begun:at])
            begun = at + 1
    return [*parts, text[begun:]]
