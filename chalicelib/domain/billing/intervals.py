"""Intervals in which apps ran, price versions, and which of them counts in each second."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from chalicelib.domain.billing.month import Month


@dataclass(frozen=True)
class Interval:
    """One stretch in which a deployment ran under one template, in seconds since 1970."""

    owner: str
    deployment: str
    deployment_name: str
    template: str
    template_name: str
    creator: str
    since: int
    until: int | None
    """The last evidence of running; None while it runs."""

    def ended(self, at: int, *, now: int) -> Interval:
        """It with its end: never before its beginning, and never in the future."""
        return replace(self, until=max(self.since, min(at, now)))

    def within(self, month: Month, now: int) -> tuple[int, int]:
        """What of it lies in a month and is over; its end is not after its start where nothing."""
        until = now if self.until is None else min(self.until, now)
        return max(self.since, month.since), min(until, month.until)


@dataclass(frozen=True)
class Price:
    """What a template costs a month, from a moment on."""

    template: str
    at: int
    monthly_cents: int


@dataclass(frozen=True)
class Stretch:
    """Seconds of one deployment under one price."""

    price: Price
    since: int
    until: int


def stretches(
    month: Month,
    intervals: Iterable[Interval],
    prices: Mapping[str, Sequence[Price]],
    *,
    now: int,
) -> Iterator[Stretch]:
    """Yield what counts of one deployment's intervals in a month, in order of time.

    Each second counts once: where intervals overlap that are of two templates, the lower price
    holds. A price holds from its moment on, and a template without one is free.
    """
    spans = [(one.template, *one.within(month, now)) for one in intervals]
    spans = [(template, since, until) for template, since, until in spans if since < until]
    changes: list[tuple[int, str, int]] = []
    for template, since, until in spans:
        changes += [(since, template, 1), (until, template, -1)]
    versions = {template: _in_order(prices.get(template, ())) for template, _, _ in spans}
    cuts = {at for at, _, _ in changes} | {
        price.at for several in versions.values() for price in several
    }
    changes.sort()
    running: Counter[str] = Counter()
    place = 0
    for since, until in pairwise(sorted(cuts)):
        while place < len(changes) and changes[place][0] <= since:
            _, template, by = changes[place]
            running[template] += by
            place += 1
        holding = [_at(versions[one], one, since) for one, count in running.items() if count > 0]
        if holding:
            lowest = min(holding, key=lambda one: (one.monthly_cents, one.template))
            yield Stretch(lowest, since, until)


def _in_order(prices: Iterable[Price]) -> list[Price]:
    """Sort by time; of two of one moment the lower one comes last, and holds."""
    return sorted(prices, key=lambda one: (one.at, -one.monthly_cents))


def _at(prices: Sequence[Price], template: str, moment: int) -> Price:
    """The price that holds at a moment."""
    begun = [price for price in prices if price.at <= moment]
    return begun[-1] if begun else Price(template, 0, 0)
