"""How a server is, from what looks at it find: when it is offline, and what its owner is warned of.

One look that fails proves nothing: a server goes offline after three in a row, and comes back with
the first good one. What its owner parked stays parked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.disk_use import is_node_told

MISSES = 3
"""So many looks in a row that fail take a server offline."""
CLOCK_SECONDS, CLOCK_CALM_SECONDS = 30.0, 20.0
"""A clock that is off by more is told of, until it is off by less than the second."""
WHOLE_SECOND = 1.0
"""A server tells its time in whole seconds."""

DISK, DOCKER, CLOCK = "disk_almost_full", "docker_not_answering", "clock_off"
SILENT = (
    "It answers over SSH, but its Docker Engine does not. Look there what `systemctl status docker`"
    " says, and start it again."
)


@dataclass(frozen=True)
class Warned:
    """One thing that the owner of a server is warned of."""

    code: str
    message: str


@dataclass(frozen=True)
class Machine:
    """What a look finds of the machine itself."""

    disk_used_percent: int
    clock_seconds: float = 0.0
    """By how much its clock is at least off; above zero where it is ahead of ours."""


@dataclass(frozen=True)
class Trouble:
    """Why a look failed."""

    code: str
    detail: str
    answers: bool = False
    """Whether it answers over SSH, and its Docker Engine does not."""
    certain: bool = False
    """Whether it is told before it is met three times in a row."""


@dataclass(frozen=True)
class Condition:
    """How a server is, as its record keeps it."""

    status: str
    health: str
    misses: int = 0
    """How many looks in a row failed, up to `MISSES`."""
    warnings: tuple[Warned, ...] = ()
    error_code: str | None = None
    error_message: str | None = None

    @property
    def codes(self) -> frozenset[str]:
        """What its owner is warned of."""
        return frozenset(one.code for one in self.warnings)


def clock_off(at: str, asked: str, answered: str) -> float:
    """By how many seconds a server's clock is at least off, given when it was asked for its time.

    The times are RFC 3339 UTC: `at` by its clock, the two others by ours. Above zero it is ahead.
    """
    took = clock.seconds_between(asked, answered)
    off = clock.seconds_between(asked, at) - took / 2
    sure = max(0.0, abs(off) - took / 2 - WHOLE_SECOND)
    return sure if off > 0 else -sure


def warnings_of(machine: Machine, before: Collection[str]) -> tuple[Warned, ...]:
    """What to warn of, given of which codes is warned already."""
    found = []
    percent, off = machine.disk_used_percent, machine.clock_seconds
    if is_node_told(DISK in before, percent):
        found.append(Warned(DISK, _of_disk(percent)))
    if abs(off) > (CLOCK_CALM_SECONDS if CLOCK in before else CLOCK_SECONDS):
        found.append(Warned(CLOCK, _of_clock(off)))
    return tuple(found)


def with_docker_silent(warnings: Iterable[Warned]) -> tuple[Warned, ...]:
    """What to warn of where the Docker Engine does not answer, beside what is warned of."""
    return (*(one for one in warnings if one.code != DOCKER), Warned(DOCKER, SILENT))


def health_with(warnings: Iterable[Warned]) -> str:
    """How a server is whose Docker Engine answers."""
    return "degraded" if [*warnings] else "healthy"


def after_good(before: Condition, machine: Machine | None) -> Condition:
    """How a server is after a good look; without facts of the machine its warnings stay."""
    warnings = tuple(one for one in before.warnings if one.code != DOCKER)
    if machine is not None:
        warnings = warnings_of(machine, before.codes)
    status = "online" if before.status == "offline" else before.status
    return Condition(status, health_with(warnings), 0, warnings)


def after_trouble(before: Condition, trouble: Trouble) -> Condition:
    """How a server is after a look that failed.

    What took it offline stays what is said of it until it is back, so that one that is down in
    several ways by turns is no news each time; only what is certain goes before that.
    """
    misses = min(before.misses + 1, MISSES)
    found = replace(before, misses=misses)
    if trouble.answers:
        found = replace(found, warnings=with_docker_silent(before.warnings))
    is_known = before.misses == MISSES and before.error_code is not None
    if is_known and (not trouble.certain or trouble.code == before.error_code):
        return replace(found, status=_taken_offline(before))
    if trouble.answers:
        found = replace(found, health="unhealthy")
    if (misses == MISSES or trouble.certain) and trouble.code != before.error_code:
        found = replace(found, error_code=trouble.code, error_message=trouble.detail)
    if misses < MISSES:
        return found
    health = "unhealthy" if trouble.answers else "unreachable"
    return replace(found, status=_taken_offline(before), health=health)


def _taken_offline(before: Condition) -> str:
    return "offline" if before.status == "online" else before.status


def read_warnings(kept: Iterable[Mapping[str, Any]]) -> tuple[Warned, ...]:
    """Read warnings as a record keeps them."""
    return tuple(Warned(one["code"], one["message"]) for one in kept)


def _of_disk(percent: int) -> str:
    return (
        f"Its disk is {percent} % full; above 90 % no app is started there. Remove what is not"
        " needed, or give it a larger disk."
    )


def _of_clock(off: float) -> str:
    where = "ahead of" if off > 0 else "behind"
    return (
        f"Its clock is about {_about(abs(off))} {where} ours. Switch on time synchronisation there."
    )


def _about(seconds: float) -> str:
    """Say a span coarsely, so that the same drift is said the same way every minute."""
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(30, round(seconds / 15) * 15)} s"
