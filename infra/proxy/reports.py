"""Reports of what the proxy carried, and their way into a queue of SQS.

A report holds sums since its series began, so that one that is lost is made up by the next. Each
time the deployments are told that have something new; once an hour, and when a series is over,
all of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from infra.proxy.counters import LATENCY_MILLISECONDS
from infra.proxy.sums import Row, Series, Sums

APPS = 250
"""Deployments of one message: at most 108 KB of the 256 KB that SQS takes."""
ALL_SECONDS = 3600

Send = Callable[[str], None]
"""Puts a message into the queue; raises when it is not known to have arrived."""


@dataclass
class Told:
    """What a report tells of one series."""

    series: Series
    rows: dict[str, Row]
    """The very rows of the series' sums: one that rose since is another one."""
    messages: list[str]


@dataclass
class Report:
    """One report of everything that is to be told at a moment."""

    sums: Sums
    at: int
    told: list[Told]

    def send(self, send: Send) -> None:
        """Send all messages; raises what `send` raises at the first that does not arrive."""
        for told in self.told:
            for message in told.messages:
                send(message)

    def arrived(self) -> None:
        """Note that all of it arrived."""
        for told in self.told:
            series = told.series
            series.reported = self.at
            series.fresh -= {app for app, row in told.rows.items() if series.sums[app] is row}
            if series in self.sums.over:
                series.left -= 1
        self.sums.over = [series for series in self.sums.over if series.left > 0]


def report_of(sums: Sums, at: int) -> Report:
    """Make the report of a moment."""
    told = [_told(series, at, set(series.sums)) for series in sums.over]
    current = sums.current
    is_hour = at // ALL_SECONDS > current.reported // ALL_SECONDS
    told.append(_told(current, at, set(current.sums if is_hour else current.fresh)))
    return Report(sums, at, told)


def _told(series: Series, at: int, apps: set[str]) -> Told:
    series.sequence += 1
    rows = {app: series.sums[app] for app in sorted(apps)}
    return Told(series, rows, list(_messages(series, at, rows)))


def _messages(series: Series, at: int, rows: dict[str, Row]) -> Iterator[str]:
    """A message for each so many apps; one without any says that the proxy lives."""
    apps = list(rows)
    for start in range(0, max(1, len(apps)), APPS):
        yield json.dumps(
            {
                "boot": series.boot,
                "sequence": series.sequence,
                "since": series.reported,
                "at": at,
                "bounds_ms": LATENCY_MILLISECONDS,
                "apps": {app: rows[app] for app in apps[start : start + APPS]},
            },
            separators=(",", ":"),
        )


def queue_at(url: str) -> Send:
    """The queue at a URL."""
    import boto3
    from botocore.config import Config

    patience = Config(
        connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 1, "mode": "standard"}
    )
    client = boto3.client("sqs", config=patience)

    def send(message: str) -> None:
        client.send_message(QueueUrl=url, MessageBody=message)

    return send
