"""`make faults`: play the grid, print it, and say in one line whether every cell ended well.

`ONLY=provision` plays one machine, `MODE=local` or `MODE=simulated` one way of playing,
`FAULT=killed` and `STEP=CreateServer` less of it, `SEED=` what is left open once more. The whole
simulation also plays `COUNT` random schedules, 10,000 unless it says otherwise.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from infra.faults.cells import FAULTS, Cell, Outcome, applicable, every_cell
from infra.faults.local.chosen import is_local
from infra.faults.simulated import SCHEDULES
from infra.local.platform.progress import Progress, print_json

CHOOSING = ("ONLY", "STEP", "FAULT")
"""What chooses some of the cells."""


@dataclass
class Grid:
    """A run's outcomes."""

    progress: Progress
    seed: int
    mode: str = field(default_factory=lambda: os.environ.get("MODE", ""))
    outcomes: list[Outcome] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def play(self) -> None:
        """Play what is asked for; every outcome is told as it comes."""
        cells = [cell for cell in applicable() if _wanted(cell)]
        for outcome in self._outcomes(cells):
            self.outcomes.append(outcome)
            if self.progress.quiet_out:
                print(outcome.line(), flush=True)
            mark = "✓" if outcome.ok else "✗"
            told = f"  {mark} {outcome.cell!s:<52} {outcome.mode:<9} {outcome.seconds:6.1f} s"
            self.progress.line(f"{told}  {outcome.state} {outcome.reason[:160]}")

    def judge_schedules(self, played: Schedules) -> None:
        """Tell what came of random lives of everything; each that broke something is a failure."""
        for seed, breaches, trace in played.broken:
            told = f"Schedule of seed {seed}: {breaches}"
            self.failures.append(told)
            self.progress.line(f"  ✗ {told}\n{trace}")
        told = f"{played.count} schedules, seed {self.seed}, {played.came_true} faults came about"
        self.progress.line(f"{told}, {len(played.broken)} broke something")

    def _outcomes(self, cells: Sequence[Cell]) -> Iterator[Outcome]:
        if self.mode != "local":
            from infra.faults import simulated

            simulation = [c for c in cells if self.mode == "simulated" or not is_local(c)]
            yield from simulated.run(simulation, self.seed)
        if self.mode != "simulated":
            from infra.faults import local

            try:
                yield from local.run([c for c in cells if is_local(c)], self.seed, self.progress)
            except local.Problems as problems:
                self.failures.append(str(problems))

    @property
    def ok(self) -> bool:
        """Whether something was played and all of it ended well."""
        return bool(self.outcomes) and all(o.ok for o in self.outcomes) and not self.failures

    def summary(self) -> dict[str, object]:
        """What decides."""
        return {
            "cells": len(self.outcomes),
            "ok": self.ok,
            "local": sum(outcome.mode == "local" for outcome in self.outcomes),
            "not_applicable": len(every_cell()) - len(applicable()),
            "seed": self.seed,
        }

    def drawn(self) -> Iterator[str]:
        """The grid for people: a line for each step, a word for each fault."""
        found = {outcome.cell: outcome for outcome in self.outcomes}
        yield f"\n{'':<34}" + " ".join(f"{fault[:9]:<9}" for fault in FAULTS)
        rows = dict.fromkeys((cell.machine, cell.step) for cell in found)
        for machine, step in sorted(rows):
            cells = [found.get(Cell(machine, step, fault)) for fault in FAULTS]
            yield f"{machine + ' ' + step:<34}" + " ".join(f"{_word(o):<9}" for o in cells)
        yield ""
        yield from (
            f"  ✗ {o.cell} ({o.mode}): {o.state} {o.reason}" for o in found.values() if not o.ok
        )
        yield from (f"  ✗ {failure}" for failure in self.failures)


@dataclass(frozen=True)
class Schedules:
    """What came of random schedules."""

    count: int
    came_true: int
    """Faults that came about."""
    broken: list[tuple[int, str, str]]
    """Seed, breaches and trace of each that broke something."""


def played_schedules(seed: int, count: int) -> Schedules:
    """Play random schedules, the first with this seed."""
    from infra.faults import simulated

    came_true, broken = 0, []
    for story in simulated.schedules(seed, count):
        came_true += story.came_true
        if not story.ok:
            broken.append((story.plan.seed, "; ".join(story.breaches), story.trace))
    return Schedules(count, came_true, broken)


def _word(outcome: Outcome | None) -> str:
    if outcome is None:
        return "·"
    return outcome.state if outcome.ok else "WRONG"


def _wanted(cell: Cell) -> bool:
    asked = dict(zip(CHOOSING, (cell.machine, cell.step, cell.fault), strict=True))
    given = {name: os.environ.get(name, "").replace(",", " ").split() for name in asked}
    return all(not given[name] or value in given[name] for name, value in asked.items())


def main() -> int:
    """Play the grid; the summary line decides, and the exit status follows it."""
    progress = Progress()
    seed = int(os.environ.get("SEED") or secrets.randbelow(1_000_000))
    progress.line(f"Seed {seed}")
    grid = Grid(progress, seed)
    with ProcessPoolExecutor(1) as beside:
        schedules = None
        if grid.mode != "local" and not any(os.environ.get(name) for name in CHOOSING):
            count = int(os.environ.get("COUNT") or SCHEDULES)
            schedules = beside.submit(played_schedules, seed, count)
        grid.play()
        if schedules is not None:
            grid.judge_schedules(schedules.result())
    for line in grid.drawn():
        progress.line(line)
    summary = grid.summary()
    if progress.quiet_out:
        print_json({"summary": summary})
    else:
        verdict = "Every cell ended as promised" if grid.ok else "Not every cell ended well"
        progress.line(
            f"{verdict}: {summary['cells']} cells, {summary['local']} local, seed {seed}."
        )
    return 0 if grid.ok else 1


if __name__ == "__main__":
    sys.exit(main())
