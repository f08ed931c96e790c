"""Gives a service that `extends` another one of the same text what that one says.

Maps are joined and lists appended, with the extending service's own values winning; a
command, an entrypoint and a health check's test are replaced as a whole. `!reset` takes out
what is inherited, and `!override` replaces it.
"""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.domain.compose.rules import Mistaken, fault
from chalicelib.domain.compose.section import as_text
from chalicelib.domain.compose.tree import Mapping, Node, Scalar, Sequence

_REPLACED = {"command", "entrypoint", "test"}
_NAMED = {"environment", "labels", "sysctls", "annotations"}
_LISTED = {"depends_on", "networks"}
"""What is a list of names or a map by name; one of each is joined as maps."""
_BY_TARGET = {"volumes", "configs", "secrets"}
_NEVER_TWICE = {"cap_add", "cap_drop", "expose", "ports", "security_opt", "networks", "depends_on"}


def extended(services: Mapping) -> dict[str, Node]:
    """Join every service with what it extends. Raises `InvalidPlan` for none and for circles."""
    finished: dict[str, Node] = {}

    def finish(name: str, waiting: tuple[str, ...]) -> Node:
        if name not in finished:
            own = services.entries[name]
            finished[name] = _extend(name, own, (*waiting, name), services, finish)
        return finished[name]

    return {name: finish(name, ()) for name in services.entries}


def _extend(
    name: str,
    own: Node,
    waiting: tuple[str, ...],
    services: Mapping,
    finish: Callable[[str, tuple[str, ...]], Node],
) -> Node:
    if not isinstance(own, Mapping) or "extends" not in own.entries:
        return own
    line = own.lines["extends"]
    path = f"services.{name}.extends"
    stated = own.entries["extends"]
    if isinstance(stated, Mapping):
        stated = stated.entries.get("service", Scalar("", "", line))
    base_name = as_text(stated, path)
    if base_name not in services.entries or base_name in waiting:
        detail = f"{path} must name another service of this text that does not extend this one."
        raise fault(Mistaken.BAD_EXTENDS, detail, line)
    base = finish(base_name, waiting)
    kept = Mapping(dict(own.entries), own.line, own.lines, own.reset, own.override)
    del kept.entries["extends"]
    return _join(base, kept)


def _join(base: Node, own: Node, key: str = "") -> Node:
    """Join two values of one key."""
    if key in _NAMED or (key in _LISTED and type(base) is not type(own)):
        base, own = _as_map(base), _as_map(own)
    if isinstance(base, Mapping) and isinstance(own, Mapping):
        result = Mapping(dict(base.entries), own.line, {**base.lines, **own.lines})
        for name, node in own.entries.items():
            inherited = None if name in own.override else base.entries.get(name)
            result.entries[name] = node if inherited is None else _join(inherited, node, name)
        for name in own.reset:
            result.entries.pop(name, None)
        return result
    if isinstance(base, Sequence) and isinstance(own, Sequence) and key not in _REPLACED:
        return Sequence(_appended(base, own, key), own.line)
    return own


def _appended(base: Sequence, own: Sequence, key: str) -> list[Node]:
    """Append lists; of two mounts onto one path, and of equal items of a set, one stays."""
    if key in _BY_TARGET:
        targets = {_target(node) for node in own.items}
        return [node for node in base.items if _target(node) not in targets] + own.items
    if key in _NEVER_TWICE:
        said = {node.text for node in base.items if isinstance(node, Scalar)}
        added = (n for n in own.items if not isinstance(n, Scalar) or n.text not in said)
        return [*base.items, *added]
    return base.items + own.items


def _target(node: Node) -> str:
    if isinstance(node, Mapping):
        node = node.entries.get("target") or node.entries.get("source") or node
    if not isinstance(node, Scalar):
        return ""
    parts = node.text.split(":")
    return parts[min(1, len(parts) - 1)]


def _as_map(node: Node) -> Node:
    """Turn a list of NAME=value into a map; anything else is left to the reader."""
    if not isinstance(node, Sequence) or not all(isinstance(one, Scalar) for one in node.items):
        return node
    result = Mapping({}, node.line)
    for item in node.items:
        assert isinstance(item, Scalar)  # noqa: S101 - all were looked at above
        name, equals, value = item.text.partition("=")
        raw = value if item.raw == item.text else item.raw
        result.entries[name] = Scalar(value, raw, item.line, is_null=not equals)
        result.lines[name] = item.line
    return result
