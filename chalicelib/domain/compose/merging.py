"""Follows merge keys (`<<`): a map takes from others what it does not say itself."""

from __future__ import annotations

from chalicelib.domain.compose.nodes import Mapping, Node, Scalar, Sequence
from chalicelib.domain.compose.rules import Mistaken, fault


def merge(own: Mapping, value: Node) -> Node:
    """Join a map with the value of its merge key: a map or several, the strongest first.

    Catalogues also merge a list: alone in its map, it stands for that map; beside other keys,
    a list of NAME=value is read as the map that it means. Raises `InvalidPlan`.
    """
    sources = value.items if isinstance(value, Sequence) else [value]
    plain = not any(isinstance(source, Mapping) for source in sources)
    if isinstance(value, Sequence) and plain and sources and not own.entries:
        return value
    maps = [_as_map(source) for source in sources]
    result = Mapping({}, own.line, reset=own.reset, override=own.override)
    for source in (*reversed(maps), own):
        result.entries.update(source.entries)
        result.lines.update(source.lines)
    for key in own.reset:
        result.entries.pop(key, None)
    return result


def _as_map(source: Node) -> Mapping:
    if isinstance(source, Mapping):
        return source
    if isinstance(source, Scalar) and not source.is_null:
        name, equals, rest = source.raw.partition("=")
        if name and equals and "$" not in name:
            return Mapping(
                {name: Scalar(rest, rest, source.line)}, source.line, {name: source.line}
            )
    raise fault(Mistaken.WRONG_TYPE, "A merge key (<<) takes a map or several.", source.line)
