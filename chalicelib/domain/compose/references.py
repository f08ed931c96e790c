"""Lists the variables that a compose text refers to, for its creator and for placeholders."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.domain.compose.interpolation import Parts, Reference, checked
from chalicelib.domain.compose.tree import load, scalars


def compose_variables(text: str, *, lenient: bool = False) -> tuple[Reference, ...]:
    """List every reference in the text's order, nested ones after their outer one.

    Raises `InvalidPlan`.
    """
    return tuple(
        reference
        for scalar in scalars(load(text))
        if "$" in scalar.raw
        for reference in _all(checked(scalar.raw, scalar.line, lenient=lenient))
    )


def _all(parts: Parts) -> Iterator[Reference]:
    for part in parts:
        if isinstance(part, Reference):
            yield part
            yield from _all(part.word)
