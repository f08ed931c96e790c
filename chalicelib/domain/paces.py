"""How long the steps of a kind of work usually take, learned from the runs that went well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MEMORY = 5
"""A run weighs at least one part in so many: older ones fade."""
MOST_STEPS = 40
LONGEST = 3600.0
"""Seconds; a step that took longer was interrupted."""


@dataclass(frozen=True)
class Pace:
    """How long a step usually takes, and how many runs tell that."""

    seconds: float
    runs: int = 1


Paces = Mapping[str, Pace]
"""By the steps' names."""


def learned(known: Paces, took: Mapping[str, float]) -> dict[str, Pace]:
    """Take one more run into account: a moving average, step by step."""
    found = dict(known)
    for step, measured in took.items():
        seconds = min(max(measured, 0.0), LONGEST)
        before = known.get(step, Pace(seconds, 0))
        runs = before.runs + 1
        average = before.seconds + (seconds - before.seconds) / min(runs, MEMORY)
        found[step] = Pace(round(average, 3), min(runs, MEMORY))
    # The steps of this run first: those of a machine that changed are forgotten at last.
    names = [*took, *(step for step in known if step not in took)]
    return {step: found[step] for step in names[:MOST_STEPS]}


@dataclass(frozen=True)
class Stage:
    """One step of work in hand. `spent` is how many seconds it has run, None before and after."""

    usual: float
    state: str
    spent: float | None = None


def remaining(stages: Iterable[Stage]) -> float:
    """How many seconds are left: of waiting steps all, of the one that runs what it has not had."""
    left = 0.0
    for stage in stages:
        if stage.state == "waiting":
            left += stage.usual
        elif stage.state == "running":
            left += max(0.0, stage.usual - (stage.spent or 0.0))
    return round(left, 1)
