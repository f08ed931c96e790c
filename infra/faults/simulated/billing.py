"""What is billed is what the meter counts and what ran: one run at a time, open while it runs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from chalicelib.domain import clock
from chalicelib.domain.billing.intervals import Interval
from chalicelib.ports.records import Record
from chalicelib.services.metering.metering import is_metered


def unbilled(runs: Iterable[Interval], records: Iterable[Record]) -> Iterator[str]:
    """Everything in which what is billed is not what the meter counts."""
    of_app: dict[str, list[Interval]] = defaultdict(list)
    for run in runs:
        of_app[run.deployment].append(run)
    apps = {record.id: record for record in records if record.type == "deployments"}
    for app in apps.values():
        yield from _run_of(app, of_app.pop(app.id, []))
    yield from (f"billed: {unknown}, which is not there" for unknown in of_app)


def overbilled(runs: Iterable[Interval], ran_until: Mapping[str, str]) -> Iterator[str]:
    """Every run that ended after the last container of its app did."""
    for run in runs:
        ran = ran_until.get(run.deployment)
        last = max(run.since, clock.seconds_of(ran) if ran else 0)
        if run.until is not None and run.until > last:
            yield f"billed: {run.deployment} {run.until - last} s after it ran: {run}"


def _run_of(app: Record, runs: list[Interval]) -> Iterator[str]:
    is_open = Counter(run.until is None for run in runs)[True]
    if is_open != is_metered(app):
        yield f"billed: {app.id} has {is_open} open runs, and is {app.status}"
    if any(run.owner != app.owner for run in runs):
        yield f"billed: {app.id} is billed to somebody else"
    for run in runs:
        if run.until is not None and run.until < run.since:
            yield f"billed: {app.id} ended before it began: {run}"
    ordered = sorted(runs, key=lambda run: (run.since, run.until is None, run.until))
    for earlier, later in pairwise(ordered):
        if earlier.until is None or later.since < earlier.until:
            yield f"billed: {app.id} is billed twice: {earlier} and {later}"
