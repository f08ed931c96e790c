"""The small tree that a compose text is read into; each node knows its line."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Scalar:
    """One value as written, not yet a number or boolean. `raw` stays as it was in the text."""

    text: str
    raw: str
    line: int
    is_null: bool = False


@dataclass(slots=True)
class Sequence:
    """A list."""

    items: list[Node]
    line: int


@dataclass(slots=True)
class Mapping:
    """A map; `lines` holds the line of each key.

    Keys whose value is tagged `!reset` are in `reset` and have no entry; those tagged
    `!override` are in `override`. Both say how the map is joined with one that it extends.
    """

    entries: dict[str, Node]
    line: int
    lines: dict[str, int] = field(default_factory=dict)
    reset: frozenset[str] = frozenset()
    override: frozenset[str] = frozenset()


Node = Scalar | Sequence | Mapping
