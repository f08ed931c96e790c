"""Ask a function without a route as the owner of the platform does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.domain.errors_as_data import from_data
from chalicelib.runtime import wiring

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
OPERATOR = "operator"


def ask(handler: Handler, **given: Any) -> dict[str, Any]:
    """The answer. Raises the product's error that it was refused with."""
    found = handler(given, None)
    if "error" in found:
        raise from_data(found["error"])
    answer: dict[str, Any] = found["answer"]
    return answer


def last_told(record: str) -> tuple[str, str, str]:
    """The newest event of a record: its name, who did it, and why."""
    [entry] = wiring.records().journal(record, limit=1)
    return entry.name, entry.actor, entry.data["why"]
