"""What the proxy carried for each app, summed up over HAProxy's processes and kept on disk.

HAProxy's own counters end with its process, with a reload, and with a table's entry that was idle
for long. Sums only rise: what a counter rose by since it was read last is added to them. They
belong to a series with a random name, which is begun anew once a day, so that nobody has to know
for longer what was told of it, and when there is no file to go on from.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from infra.proxy.counters import Traffic, is_new, rise

SERIES_SECONDS = 86_400
LAST_REPORTS = 2
"""How many times all of a series that is over is told: a report could be lost."""

Row = list[int]
Table = dict[str, Traffic]

log = logging.getLogger("traffic")


@dataclass
class Series:
    """The sums of one series, by deployment. Times are whole seconds since 1970."""

    boot: str
    began: int
    reported: int
    """When the last report was made that arrived."""
    sequence: int = 0
    sums: dict[str, Row] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)
    """Deployments of which no report that arrived tells the latest."""
    left: int = LAST_REPORTS
    """How many reports of it are to arrive once it is over."""


def new_series(now: int) -> Series:
    """Begin a series."""
    return Series(secrets.token_hex(16), now, now)


@dataclass
class Sums:
    """All that is to be reported, and what HAProxy's processes were last seen to have counted."""

    current: Series
    over: list[Series] = field(default_factory=list)
    """Series that are over and not told in full, as far as is known."""
    workers: dict[str, Table] = field(default_factory=dict)
    is_resumed: bool = False
    """Whether it goes on from a file."""

    def take(self, worker: str, table: Table, *, is_counted: bool = False) -> bool:
        """Add what rose since a worker was read last; returns whether anything did.

        A table that `is_counted` already is only remembered. What it does not hold any more
        begins at zero when it comes back.
        """
        before = self.workers.get(worker, {})
        self.workers[worker] = table
        if is_counted:
            return False
        changed = False
        for app, now in table.items():
            row = _rise(before.get(app), now)
            if any(row):
                old = self.current.sums.get(app, [0] * len(row))
                self.current.sums[app] = [a + b for a, b in zip(old, row, strict=True)]
                self.current.fresh.add(app)
                changed = True
        return changed

    def keep(self, workers: Iterable[str]) -> None:
        """Forget every worker but these: a process that ended counts no more."""
        self.workers = {worker: self.workers[worker] for worker in workers}

    def turn(self, now: int) -> None:
        """Begin a new series when the present one is old enough."""
        if now - self.current.began >= SERIES_SECONDS:
            if self.current.sums:
                self.over.append(self.current)
            self.current = new_series(now)

    def save(self, file: Path, *, surely: bool = False) -> None:
        """Write everything to a file, at once or not at all; `surely` outlives a power cut."""
        text = json.dumps(
            {
                "current": _plain(self.current),
                "over": [_plain(one) for one in self.over],
                "workers": {
                    worker: {app: row_of(traffic) for app, traffic in table.items()}
                    for worker, table in self.workers.items()
                },
            },
            separators=(",", ":"),
        )
        beside = file.with_suffix(".new")
        with beside.open("w") as written:
            written.write(text)
            if surely:
                written.flush()
                os.fsync(written.fileno())
        beside.replace(file)


def load(file: Path, now: int) -> Sums:
    """Go on from a file; without a good one, begin anew."""
    try:
        known = json.loads(file.read_text())
        current, *over = (_series(one) for one in (known["current"], *known["over"]))
        workers = {
            worker: {app: _traffic(row) for app, row in table.items()}
            for worker, table in known["workers"].items()
        }
    except FileNotFoundError:
        return Sums(new_series(now))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.error("%s cannot be read; the sums begin anew: %s", file.name, error)
        return Sums(new_series(now))
    return Sums(current, over, workers, is_resumed=True)


def row_of(traffic: Traffic) -> Row:
    """All counters of a deployment in one row, as they are reported."""
    counts = (*traffic.classes, *traffic.latency)
    return [traffic.requests, traffic.bytes_in, traffic.bytes_out, *counts]


def _traffic(row: Row) -> Traffic:
    requests, bytes_in, bytes_out, *counts = row
    return Traffic(requests, bytes_in, bytes_out, tuple(counts[:5]), tuple(counts[5:]), 0)


def _rise(before: Traffic | None, now: Traffic) -> Row:
    if before is None or is_new(before, now):
        return row_of(now)
    bytes_in, bytes_out = now.bytes_in - before.bytes_in, now.bytes_out - before.bytes_out
    requests, _, _, *counts = (
        rise(earlier, later, is_new=False)
        for earlier, later in zip(row_of(before), row_of(now), strict=True)
    )
    return [requests, bytes_in, bytes_out, *counts]


def _plain(series: Series) -> dict[str, Any]:
    return asdict(series) | {"fresh": sorted(series.fresh)}


def _series(known: Mapping[str, Any]) -> Series:
    return Series(**{**known, "fresh": set(known["fresh"])})
