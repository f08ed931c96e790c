"""What services use over time: cumulative counters at a moment, and uses over stretches of it.

A container's counters only rise while it runs; what it used between two looks is their
difference, or all that they show when it began anew meanwhile. Uses hold totals and peaks alone,
so that joining them loses nothing and knows no order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import sub
from typing import NamedTuple

LONGEST_GAP = 900
"""Seconds without a look after which counting begins anew: what was used then is nobody's guess."""
QUARTER = 900
"""Seconds of the slices that are kept for a month."""
WHOLE = ""
"""Stands for all services together among the uses of a slice."""
TOTALS = 7
"""How many numbers of a `Use` are totals; they come first."""
COUNTERS = 5
"""How many numbers of a `Reading` are counters; they come last."""


class Reading(NamedTuple):
    """One container's counters at a moment; those of the second block rise until it restarts."""

    service: str
    container: int
    """Tells containers of one service apart: 0 to 65535."""
    memory_kb: int
    memory_limit_kb: int
    cpu_limit: int
    """Thousandths of a core."""
    pids: int

    cpu_ms: int
    rx_bytes: int
    tx_bytes: int
    read_kb: int
    written_kb: int


@dataclass(frozen=True)
class Sample:
    """A deployment's containers at a moment, in whole seconds since 1970."""

    at: int
    readings: tuple[Reading, ...]
    disk_kb: int | None = None
    """What all of it takes on the server's disk; None while that is not known."""


class Use(NamedTuple):
    """What one service used over `seconds`: totals first, then peaks and limits."""

    seconds: int = 0
    cpu_ms: int = 0
    memory_kb_seconds: int = 0
    rx_bytes: int = 0
    tx_bytes: int = 0
    read_kb: int = 0
    written_kb: int = 0

    cpu_peak: int = 0
    """Thousandths of a core."""
    memory_peak_kb: int = 0
    pids: int = 0
    cpu_limit: int = 0
    memory_limit_kb: int = 0


@dataclass(frozen=True)
class Slice:
    """What the services of a deployment used over a step that begins at `at`."""

    at: int
    uses: Mapping[str, Use] = field(default_factory=dict)
    disk_kb: int | None = None


def joined(uses: Iterable[Use]) -> Use:
    """Join uses of one service that follow each other: totals add up, the highest peak stays."""
    columns = tuple(zip(*uses, strict=True)) or ((),) * len(Use._fields)
    totals, peaks = columns[:TOTALS], columns[TOTALS:]
    return Use(*map(sum, totals), *(max(column, default=0) for column in peaks))


def slices(samples: Iterable[Sample], step: int) -> tuple[Slice, ...]:
    """Turn samples into slices of `step` seconds, oldest first.

    What was used between two samples belongs to the step in which the later one lies.
    """
    ordered = sorted(samples, key=lambda sample: sample.at)
    return thinned(
        (
            Slice(later.at, _between(earlier, later), later.disk_kb)
            for earlier, later in pairwise(ordered)
            if 0 < later.at - earlier.at <= LONGEST_GAP
        ),
        step,
    )


def thinned(parts: Iterable[Slice], step: int) -> tuple[Slice, ...]:
    """Join slices into longer ones of `step` seconds, oldest first; the last disk use stays."""
    by_step: dict[int, list[Slice]] = {}
    for part in sorted(parts, key=lambda part: part.at):
        by_step.setdefault(part.at - part.at % step, []).append(part)
    return tuple(_one(at, these) for at, these in by_step.items())


def _one(at: int, parts: list[Slice]) -> Slice:
    services = dict.fromkeys(name for part in parts for name in part.uses)
    uses = {
        name: joined(part.uses[name] for part in parts if name in part.uses) for name in services
    }
    known = [part.disk_kb for part in parts if part.disk_kb is not None]
    return Slice(at, uses, known[-1] if known else None)


def _between(earlier: Sample, later: Sample) -> dict[str, Use]:
    """What each service that still has a container used from one sample to the next."""
    seconds = later.at - earlier.at
    before = {one[:2]: one for one in earlier.readings}
    parts: dict[str, list[Use]] = {}
    for reading in later.readings:
        use = _use(before.get(reading[:2]), reading, seconds)
        parts.setdefault(reading.service, []).append(use)
    uses = {service: _beside(of_one, seconds) for service, of_one in parts.items()}
    return {WHOLE: _beside(list(uses.values()), seconds), **uses}


def _use(before: Reading | None, now: Reading, seconds: int) -> Use:
    """What one container used in so many seconds.

    One that is new counted from zero, and so did one that began anew: any counter that fell says
    so, since all of them begin together.
    """
    _, _, memory_kb, memory_limit_kb, cpu_limit, pids, *counters = now
    if before is not None:
        risen = list(map(sub, counters, before[-COUNTERS:]))
        counters = risen if min(risen) >= 0 else counters
    cpu_ms, rx, tx, read, written = counters
    return Use(
        *(seconds, cpu_ms, memory_kb * seconds, rx, tx, read, written),
        *(cpu_ms // seconds, memory_kb, pids, cpu_limit, memory_limit_kb),
    )


def _beside(uses: Sequence[Use], seconds: int) -> Use:
    """Add uses of the same seconds up, peaks and limits too."""
    if len(uses) == 1:
        return uses[0]
    return Use(*map(sum, zip(*uses, strict=True)))._replace(seconds=seconds)
