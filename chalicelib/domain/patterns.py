"""Compiles regular expressions of creators that cannot take long on any text.

The ways in which a pattern could try a text are counted before it is used: each repetition,
option and alternative multiplies them. What could run away is refused.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import lru_cache
from re import _constants as ops  # type: ignore[attr-defined]  # the only parser of re's language
from re import _parser as parser  # type: ignore[attr-defined]  # as above
from typing import Any

MAX_PATTERN = 500
"""Characters of a pattern."""
MAX_TEXT = 256
"""Characters of a text that a pattern is tried on."""
MAX_WORK = 1e8
"""Steps that a pattern may need at worst; about a second, and far less for what people write."""

_BEYOND = 1e30


class UnsafePattern(ValueError):
    """The pattern is no regular expression, or could take too long."""


@lru_cache(maxsize=256)
def safe_pattern(text: str) -> re.Pattern[str]:
    """Compile a pattern. Raises `UnsafePattern` with a sentence."""
    if len(text) > MAX_PATTERN:
        detail = f"A pattern has at most {MAX_PATTERN} characters."
        raise UnsafePattern(detail)
    try:
        with warnings.catch_warnings():
            # What a later Python may read otherwise is read as this one does.
            warnings.simplefilter("ignore", FutureWarning)
            _, work = _cost(parser.parse(text))
            compiled = re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        detail = f"This is not a regular expression: {error}."
        raise UnsafePattern(detail) from error
    if work > MAX_WORK:
        detail = "This pattern could take too long: use fewer repetitions, and none within others."
        raise UnsafePattern(detail)
    return compiled


def fits(text: str, pattern: str) -> bool:
    """Whether the whole text matches; a text longer than `MAX_TEXT` never does."""
    return len(text) <= MAX_TEXT and safe_pattern(pattern).fullmatch(text) is not None


def _cost(tokens: Any) -> tuple[float, float]:
    """Count the ways through a sequence, and the steps to try all of them."""
    ways, work = 1.0, 1.0
    for operation, value in tokens:
        more_ways, more_work = _token(operation, value)
        work = min(work + ways * more_work, _BEYOND)
        ways = min(ways * more_ways, _BEYOND)
    return ways, work


def _token(operation: Any, value: Any) -> tuple[float, float]:
    """Count the ways and steps of one element."""
    if operation in {ops.GROUPREF, ops.GROUPREF_EXISTS}:
        detail = "A pattern may not refer back to its groups."
        raise UnsafePattern(detail)
    count = _COUNTS.get(operation)
    return count(value) if count else (1.0, 1.0)


def _branch(value: Any) -> tuple[float, float]:
    """Count alternatives."""
    costs = [_cost(choice) for choice in value[1]]
    return sum(ways for ways, _ in costs), sum(work for _, work in costs)


def _repeat(value: Any) -> tuple[float, float]:
    """Count a repetition: some number of turns, and the ways of the body in each of them."""
    least, most, body = value
    least, most = min(int(least), MAX_TEXT), min(int(most), MAX_TEXT)
    ways, work = _cost(body)
    if ways == 1.0:
        return most - least + 1.0, max(most, 1) * work
    total, power = 0.0, 1.0
    for turns in range(most + 1):
        if turns >= least:
            total = min(total + power, _BEYOND)
        power = min(power * ways, _BEYOND)
    return total, min(total * work, _BEYOND)


_COUNTS: dict[Any, Callable[[Any], tuple[float, float]]] = {
    ops.SUBPATTERN: lambda value: _cost(value[-1]),
    ops.BRANCH: _branch,
    ops.MAX_REPEAT: _repeat,
    ops.MIN_REPEAT: _repeat,
    # What does not give back what it took has one way only.
    ops.POSSESSIVE_REPEAT: lambda value: (1.0, _repeat(value)[1]),
    ops.ATOMIC_GROUP: lambda value: (1.0, _cost(value)[1]),
    ops.ASSERT: lambda value: (1.0, _cost(value[1])[1]),
    ops.ASSERT_NOT: lambda value: (1.0, _cost(value[1])[1]),
}
