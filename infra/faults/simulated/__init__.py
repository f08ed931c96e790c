"""The machines, the sweep and the store in memory on a clock of their own, with crashes at will.

`interpreter` runs `statemachines/` a transition at a time, `world` holds everything that functions
reach, `crashes` stops them between any two calls, `grid` plays one fault at one step, and
`schedule` one random life of it all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infra.faults.cells import Cell, Outcome
    from infra.faults.simulated.schedule import Story

SCHEDULES = 10_000
"""How many random schedules `make faults` plays."""


def run(cells: Sequence[Cell], seed: int) -> Iterator[Outcome]:
    """Play cells one after the other, each at every boundary of its step."""
    from infra.faults.simulated import grid

    return grid.run(cells, seed)


def schedules(seed: int, count: int = SCHEDULES) -> Iterator[Story]:
    """Play random schedules, those of the seeds from this one on.

    One that breaks something comes made smaller, with what happened in its trace.
    """
    from infra.faults.simulated.functions import simulated
    from infra.faults.simulated.schedule import Plan, play, shrunk

    with simulated():
        for number in range(seed, seed + count):
            story = play(Plan(number))
            yield story if story.ok else shrunk(story.plan)
