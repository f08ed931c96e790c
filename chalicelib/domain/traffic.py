"""What the app proxies carry: counters that only rise, their differences, and latency in buckets.

A proxy counts each app in a series of its own, begun anew when its counters begin anew and once a
day. It reports sums since the series' beginning, so that a report that is lost, doubled or late
changes nothing: the difference between the latest one and what was taken before is what is new.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from operator import sub
from typing import Any, NamedTuple

LATENCY_BOUNDS_MS = (5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000)
"""The upper bounds of the buckets of latency; one more bucket holds what took longer."""
STATUS_CLASSES = 5
"""Answers of 1xx to 5xx."""
NUMBERS = 3 + STATUS_CLASSES + len(LATENCY_BOUNDS_MS) + 1
"""How many counters an app has: requests, bytes in and out, status classes, latency."""
GIGABYTE = 10**9

_BOOT = re.compile(r"[0-9a-f]{16,64}")
_HIGHEST = 1 << 63
_LONGEST_ID = 64


class Traffic(NamedTuple):
    """What was carried for one app."""

    requests: int = 0
    bytes_in: int = 0
    """What clients sent, headers included."""
    bytes_out: int = 0
    """What clients were sent, headers included."""
    statuses: tuple[int, ...] = (0,) * STATUS_CLASSES
    latencies: tuple[int, ...] = (0,) * (len(LATENCY_BOUNDS_MS) + 1)

    @property
    def numbers(self) -> tuple[int, ...]:
        """All counters in one row."""
        return (*self[:3], *self.statuses, *self.latencies)


NOTHING = Traffic()


def traffic_of(numbers: Sequence[int]) -> Traffic:
    """Read a row of counters back. Raises `ValueError` for what is none."""
    if len(numbers) != NUMBERS or not all(_is_counter(number) for number in numbers):
        raise ValueError(str(numbers)[:100])
    split = 3 + STATUS_CLASSES
    requests, bytes_in, bytes_out = numbers[:3]
    statuses, latencies = tuple(numbers[3:split]), tuple(numbers[split:])
    return Traffic(requests, bytes_in, bytes_out, statuses, latencies)


def difference(earlier: Traffic, later: Traffic) -> Traffic:
    """What came since; a counter that fell, as none should, came to nothing."""
    return traffic_of(tuple(max(0, n) for n in map(sub, later.numbers, earlier.numbers)))


@dataclass(frozen=True)
class Report:
    """What one proxy counted until a moment, in seconds since 1970, in one series."""

    boot: str
    """Tells the series apart from every other one."""
    sequence: int
    """Rises with each report of the series."""
    since: int
    """When the report before this one was made."""
    at: int
    apps: Mapping[str, Traffic]
    """What was carried since the series began, by deployment."""


def read_report(message: Any) -> Report:
    """Read a message. Raises `ValueError` for what is none."""
    try:
        boot, bounds = message["boot"], message["bounds_ms"]
        apps = {app: traffic_of(numbers) for app, numbers in message["apps"].items()}
        times = [message[name] for name in ("sequence", "since", "at")]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(str(message)[:100]) from error
    if not isinstance(boot, str) or not _BOOT.fullmatch(boot) or not all(map(_is_counter, times)):
        raise ValueError(str(message)[:100])
    if bounds != list(LATENCY_BOUNDS_MS):
        raise ValueError(f"The buckets of latency have other bounds: {bounds}")
    if not all(0 < len(app) <= _LONGEST_ID and app.isascii() for app in apps):
        raise ValueError("An app has no such id.")
    sequence, since, at = times
    return Report(boot, sequence, min(since, at), at, apps)


def _is_counter(number: Any) -> bool:
    return type(number) is int and 0 <= number < _HIGHEST


@dataclass(frozen=True)
class Taken:
    """What was taken of one app of one series so far."""

    owner: str
    sequence: int
    traffic: Traffic


@dataclass(frozen=True)
class Part:
    """What was carried for an app in the seconds before a moment."""

    at: int
    seconds: int
    traffic: Traffic
    mark: int = 0
    """Tells parts of several series apart; 32 bits."""


def mark_of(boot: str, sequence: int) -> int:
    """The mark of what one report of a series adds."""
    return int.from_bytes(sha256(f"{boot}#{sequence}".encode()).digest()[:4], "big")


def usage_id(app: str, report: Report) -> str:
    """The id of the usage event of one app's report: the same however often it is made."""
    digest = sha256(f"{app}#{report.boot}#{report.sequence}".encode()).hexdigest()
    return f"evt_{report.at * 1000:012x}{digest[:16]}"


@dataclass(frozen=True)
class Carried:
    """What was carried in one step of a chart: shares of parts, so that numbers may be broken."""

    requests: float
    bytes_in: float
    bytes_out: float
    statuses: tuple[float, ...]
    latencies: tuple[float, ...]


def steps(parts: Iterable[Part], since: int, step: int, count: int) -> list[Carried | None]:
    """Spread parts evenly over the steps that they reach into; None where there are none."""
    sums: list[list[float] | None] = [None] * count
    for part in parts:
        begin = part.at - max(part.seconds, 1)
        first = max(0, (begin - since) // step)
        last = min(count - 1, (part.at - 1 - since) // step)
        numbers = part.traffic.numbers
        for place in range(first, last + 1):
            at = since + place * step
            share = (min(part.at, at + step) - max(begin, at)) / (part.at - begin)
            row = sums[place] or [0.0] * NUMBERS
            sums[place] = [old + share * new for old, new in zip(row, numbers, strict=True)]
    return [_carried(row) if row is not None else None for row in sums]


def _carried(row: list[float]) -> Carried:
    split = 3 + STATUS_CLASSES
    return Carried(row[0], row[1], row[2], tuple(row[3:split]), tuple(row[split:]))


def percentile_ms(latencies: Sequence[float], share: float) -> float | None:
    """The latency that a share of requests did not exceed, as far as buckets tell; None for none.

    Within a bucket requests are taken as spread evenly; of those above the last bound it is only
    known that they are.
    """
    wanted = share * sum(latencies)
    if wanted <= 0:
        return None
    below = 0.0
    bounds = pairwise((0, *LATENCY_BOUNDS_MS))
    for (lower, upper), number in zip(bounds, latencies, strict=False):
        if number > 0 and below + number >= wanted:
            return lower + (upper - lower) * (wanted - below) / number
        below += number
    return float(LATENCY_BOUNDS_MS[-1])
