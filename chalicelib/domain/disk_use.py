"""Decides what follows from how much of its disk an app uses, and from how full a server is.

An app is told of at 80 % of its size and stopped when two measurements in a row find it above.
One that is started above its size has half an hour to make room, since only a running app can.
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain import clock

FILLING_PERCENT = 80
CALM_PERCENT = 75
"""Below it, the next time that it fills is told again."""
WORTH_MB = 16
ROOM_SECONDS = 1800
"""How long an app that is started above its size may take to make room."""
GROWTH_PERCENT = 110
"""An app that grows beyond this part of what it began with is not making room."""

NODE_FULL_PERCENT = 90
NODE_CALM_PERCENT = 85


@dataclass(frozen=True)
class Over:
    """Since when an app is above its size, and how much it had then, or when it was stopped."""

    since: str
    measured_at: str
    used_mb: int


@dataclass(frozen=True)
class Standing:
    """What is kept of an app's disk from look to look."""

    used_mb: int | None = None
    """What is shown: a little change of it is not worth a write."""
    is_told: bool = False
    over: Over | None = None


@dataclass(frozen=True)
class Measured:
    """How much an app uses of its size, when that was measured, and when it was started."""

    used_mb: int
    size_mb: int
    """0 for no limit."""
    measured_at: str
    started_at: str | None


@dataclass(frozen=True)
class Verdict:
    """What is to be kept, whether its owner is to be told, and whether it is to be stopped."""

    standing: Standing
    tells: bool = False
    stops: bool = False


def judge(before: Standing, found: Measured, now: str) -> Verdict:
    """Decide what follows from one look at an app's disk."""
    used, size = found.used_mb, found.size_mb
    shown = used if _is_worth_writing(before.used_mb, used, size) else before.used_mb
    if not size:
        return Verdict(Standing(shown))
    filling = used * 100 >= size * FILLING_PERCENT
    told = filling or (before.is_told and used * 100 >= size * CALM_PERCENT)
    over = before.over if used > size else None
    stops = over is not None and _stops(over, found, now)
    if stops or (used > size and over is None):
        since = over.since if over else now
        over, shown = Over(since, found.measured_at, used), used
    return Verdict(Standing(shown, told, over), tells=told and not before.is_told, stops=stops)


def _stops(over: Over, found: Measured, now: str) -> bool:
    """Whether a second measurement finds an app above its size, and it had its time."""
    if found.measured_at == over.measured_at:
        return False
    if found.started_at is None or found.started_at <= over.since:
        return True
    grows = found.used_mb * 100 > over.used_mb * GROWTH_PERCENT
    return grows or clock.seconds_between(found.started_at, now) >= ROOM_SECONDS


def _is_worth_writing(before: int | None, now: int, size: int) -> bool:
    """Whether a use changed by 16 MB or by one per cent of the size."""
    if before is None:
        return True
    change = abs(now - before)
    return change >= WORTH_MB or 0 < size <= change * 100


def is_node_told(before: bool, percent: int) -> bool:
    """Whether a server counts as full: from 90 % on, until it is below 85 % again."""
    return percent >= NODE_FULL_PERCENT or (before and percent >= NODE_CALM_PERCENT)
