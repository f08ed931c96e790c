"""The lines of an invoice: what each app cost in a month, in whole cents.

A line's exact worth is its seconds times the monthly price, divided by the seconds of the month.
The total is the exact sum rounded down to a whole cent. Each line has its worth rounded down, and
the cents that are missing to the total go to the largest remainders, one each, to earlier lines
first: the sum of the lines is the total.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

from chalicelib.domain.billing.intervals import Interval, Price, Stretch, stretches
from chalicelib.domain.billing.month import Month


@dataclass(frozen=True)
class Line:
    """One deployment under one price version within one month."""

    deployment: str
    deployment_name: str
    template: str
    template_name: str
    creator: str
    monthly_cents: int
    price_at: int
    seconds: int
    cents: int
    intervals: tuple[tuple[int, int], ...]
    """When it ran at this price, in seconds since 1970: what touches is one."""


def lines_of(
    month: Month,
    intervals: Sequence[Interval],
    prices: Mapping[str, Sequence[Price]],
    *,
    now: int,
) -> tuple[Line, ...]:
    """What the intervals of one account cost in a month, as far as it is over at `now`.

    The order is by deployment, then by the time of the price; what is free makes no line.
    """
    runs: dict[str, list[Interval]] = defaultdict(list)
    for interval in intervals:
        runs[interval.deployment].append(interval)
    uses: list[tuple[Interval, Price, tuple[tuple[int, int], ...]]] = []
    for deployment in sorted(runs):
        uses += _uses(month, runs[deployment], prices, now)
    seconds = [sum(until - since for since, until in spans) for _, _, spans in uses]
    worths = [long * price.monthly_cents for long, (_, price, _) in zip(seconds, uses, strict=True)]
    cents = shared(worths, month.seconds)
    return tuple(
        Line(
            deployment=run.deployment,
            deployment_name=run.deployment_name,
            template=run.template,
            template_name=run.template_name,
            creator=run.creator,
            monthly_cents=price.monthly_cents,
            price_at=price.at,
            seconds=long,
            cents=share,
            intervals=spans,
        )
        for (run, price, spans), long, share in zip(uses, seconds, cents, strict=True)
    )


def shared(worths: Sequence[int], divisor: int) -> list[int]:
    """Divide worths so that the sum is the exact sum rounded down: by largest remainders."""
    cents = [worth // divisor for worth in worths]
    missing = sum(worths) // divisor - sum(cents)
    by_remainder = sorted(range(len(worths)), key=lambda place: -(worths[place] % divisor))
    for place in by_remainder[:missing]:
        cents[place] += 1
    return cents


def _uses(
    month: Month, runs: Sequence[Interval], prices: Mapping[str, Sequence[Price]], now: int
) -> list[tuple[Interval, Price, tuple[tuple[int, int], ...]]]:
    """What one deployment used of each price, with the last run of that template."""
    of_price: dict[Price, list[Stretch]] = defaultdict(list)
    for stretch in stretches(month, runs, prices, now=now):
        if stretch.price.monthly_cents > 0:
            of_price[stretch.price].append(stretch)
    return [
        (_last_of(runs, price.template), price, _joined(of_price[price]))
        for price in sorted(of_price, key=lambda one: (one.at, one.template))
    ]


def _last_of(runs: Sequence[Interval], template: str) -> Interval:
    """The run of a template that began last: an app is called as it was called then."""
    return max(
        (run for run in runs if run.template == template),
        key=lambda run: (run.since, *astuple(run)[:6]),
    )


def _joined(parts: Sequence[Stretch]) -> tuple[tuple[int, int], ...]:
    """Write stretches, in order, as pairs; what touches becomes one."""
    joined: list[tuple[int, int]] = []
    for part in parts:
        if joined and joined[-1][1] == part.since:
            joined[-1] = (joined[-1][0], part.until)
        else:
            joined.append((part.since, part.until))
    return tuple(joined)
