"""How fast apps of one template start: the latest real starts, and what is told of them."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

KEPT = 15
"""How many of the latest starts are remembered."""
LONGEST = 3600.0
"""Seconds; a start that took longer was interrupted, and tells nothing."""


def with_start(known: Sequence[float], seconds: float) -> tuple[float, ...]:
    """Remember one more start behind those that are known; the oldest ones are forgotten."""
    if not 0 <= seconds <= LONGEST:
        return tuple(known)
    return (*known, round(seconds, 1))[-KEPT:]


def told(known: Sequence[float]) -> dict[str, int | None]:
    """What a template tells: whole seconds of the median start, and of how many that is."""
    seconds = max(1, round(median(known))) if known else None
    return {"start_seconds": seconds, "starts": len(known)}
