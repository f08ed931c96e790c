"""The algebra of invoices, over random lives of apps."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.billing.intervals import Interval, Price
from chalicelib.domain.billing.lines import lines_of, shared
from chalicelib.domain.billing.month import DAY, Month
from tests.unit.domain.billing.lives import (
    CENTS,
    MONTHS,
    TEMPLATES,
    intervals,
    lives,
    moments,
    prices,
)

NOVEMBER = Month.of("2026-11")


def run(since: int, until: int | None, **changes: Any) -> Interval:
    made = Interval("user-a", "app-1", "app 1", "tmpl_a", "A", "creator", since, until)
    return replace(made, **changes)


def cents_of(life: Any) -> list[int]:
    month, runs, known, now = life
    return [line.cents for line in lines_of(month, runs, known, now=now)]


def test_half_a_month_costs_half_of_the_price() -> None:
    until = NOVEMBER.since + 15 * DAY
    ran = run(NOVEMBER.since, until)

    (line,) = lines_of(NOVEMBER, [ran], {"tmpl_a": [Price("tmpl_a", 0, 500)]}, now=NOVEMBER.until)

    assert (line.seconds, line.cents) == (15 * DAY, 250)
    assert line.intervals == ((NOVEMBER.since, until),)
    assert (line.deployment_name, line.template_name, line.creator) == ("app 1", "A", "creator")


def test_price_changes_in_the_middle_of_a_run() -> None:
    middle = NOVEMBER.since + 10 * DAY
    prices_known = {"tmpl_a": [Price("tmpl_a", 0, 300), Price("tmpl_a", middle, 600)]}

    lines = lines_of(NOVEMBER, [run(0, None)], prices_known, now=NOVEMBER.until + DAY)

    assert [(one.price_at, one.monthly_cents, one.seconds, one.cents) for one in lines] == [
        (0, 300, 10 * DAY, 100),
        (middle, 600, 20 * DAY, 400),
    ]


def test_missing_cents_go_to_the_largest_remainders_and_then_to_the_first() -> None:
    assert shared([25, 25, 25, 25], 10) == [3, 3, 2, 2]
    assert shared([19, 25, 26], 10) == [2, 2, 3]
    assert shared([19, 15, 15], 10) == [2, 1, 1]
    assert shared([], 10) == []


def test_time_before_the_first_price_is_free() -> None:
    first = NOVEMBER.until - DAY
    known = {"tmpl_a": [Price("tmpl_a", first, 3000)]}

    (line,) = lines_of(NOVEMBER, [run(0, None)], known, now=NOVEMBER.until)

    assert (line.seconds, line.cents) == (DAY, 100)
    assert lines_of(NOVEMBER, [run(0, first)], known, now=NOVEMBER.until) == ()


def test_app_is_called_as_in_its_last_run() -> None:
    before = run(NOVEMBER.since, NOVEMBER.since + 10)
    after = run(NOVEMBER.since + 20, None, deployment_name="new name")

    (line,) = lines_of(
        NOVEMBER, [after, before], {"tmpl_a": [Price("tmpl_a", 0, 1)]}, now=NOVEMBER.until
    )

    assert line.deployment_name == "new name"
    assert line.intervals[0] == (NOVEMBER.since, NOVEMBER.since + 10)


def test_where_two_templates_overlap_the_lower_price_holds() -> None:
    one, other = run(0, None), run(NOVEMBER.since + DAY, None, template="tmpl_b")
    known = {"tmpl_a": [Price("tmpl_a", 0, 900)], "tmpl_b": [Price("tmpl_b", 0, 300)]}

    lines = lines_of(NOVEMBER, [one, other], known, now=NOVEMBER.until)

    assert [(line.template, line.seconds) for line in lines] == [
        ("tmpl_a", DAY),
        ("tmpl_b", 29 * DAY),
    ]


@given(lives())
def test_sum_of_the_lines_is_the_exact_sum_rounded_down(life: Any) -> None:
    month, runs, known, now = life
    lines = lines_of(month, runs, known, now=now)

    exact = sum(Fraction(line.seconds * line.monthly_cents, month.seconds) for line in lines)

    assert sum(line.cents for line in lines) == int(exact) <= exact
    for line in lines:
        worth = Fraction(line.seconds * line.monthly_cents, month.seconds)
        assert int(worth) <= line.cents <= int(worth) + 1
        assert line.seconds == sum(until - since for since, until in line.intervals)


@given(lives())
def test_lines_are_seconds_that_were_run_each_of_them_once(life: Any) -> None:
    """Held against the plainest count: which app and price each piece of time belongs to."""
    month, runs, known, now = life
    cuts = {month.since, month.until, now}
    cuts |= {at for one in runs for at in (one.since, one.until) if at is not None}
    cuts |= {price.at for several in known.values() for price in several}
    wanted: dict[tuple[str, str, int], int] = {}
    ordered = sorted(at for at in cuts if month.since <= at <= min(month.until, now))
    for since, until in pairwise(ordered):
        for app in {one.deployment for one in runs}:
            holding = [
                max(
                    [price for price in known.get(one.template, []) if price.at <= since],
                    key=lambda price: price.at,
                    default=Price(one.template, 0, 0),
                )
                for one in runs
                if one.deployment == app
                and one.since <= since
                and (one.until is None or one.until >= until)
            ]
            if holding:
                price = min(holding, key=lambda one: (one.monthly_cents, one.template))
                if price.monthly_cents:
                    key = (app, price.template, price.at)
                    wanted[key] = wanted.get(key, 0) + until - since

    lines = lines_of(month, runs, known, now=now)

    assert {(one.deployment, one.template, one.price_at): one.seconds for one in lines} == wanted
    assert [(one.deployment, one.price_at) for one in lines] == sorted(
        (one.deployment, one.price_at) for one in lines
    )


@given(life=lives(), data=st.data())
def test_order_of_runs_and_prices_changes_nothing(life: Any, data: st.DataObject) -> None:
    month, runs, known, now = life
    mixed = data.draw(st.permutations(runs))
    turned = {template: several[::-1] for template, several in known.items()}

    assert lines_of(month, mixed, turned, now=now) == lines_of(month, runs, known, now=now)


@given(life=lives(), data=st.data())
def test_run_that_is_split_costs_the_same(life: Any, data: st.DataObject) -> None:
    month, runs, known, now = life
    ran = data.draw(intervals(month))
    end = max(now if ran.until is None else ran.until, ran.since)
    at = data.draw(st.integers(ran.since, end))
    halves = [replace(ran, until=at), replace(ran, since=at)]

    split = lines_of(month, [*runs, *halves], known, now=now)

    assert split == lines_of(month, [*runs, ran], known, now=now)


@given(lives())
def test_run_that_is_told_twice_counts_once(life: Any) -> None:
    month, runs, known, now = life

    assert lines_of(month, runs + runs, known, now=now) == lines_of(month, runs, known, now=now)


@given(month=MONTHS, cents=CENTS.filter(bool))
def test_whole_month_costs_the_monthly_price(month: Month, cents: int) -> None:
    known = {"tmpl_a": [Price("tmpl_a", month.since, cents)]}

    (line,) = lines_of(month, [run(month.since, None)], known, now=month.until)

    assert (line.cents, line.seconds) == (cents, month.seconds)


@given(life=lives(), later=CENTS, data=st.data())
def test_later_price_never_changes_earlier_seconds(
    life: Any, later: int, data: st.DataObject
) -> None:
    month, runs, known, now = life
    at = data.draw(moments(month))
    template = data.draw(st.sampled_from(["tmpl_a", "tmpl_b"]))
    known = {**known, template: [one for one in known.get(template, []) if one.at != at]}
    changed = {**known, template: [*known[template], Price(template, at, later)]}
    until_then = [
        replace(one, until=at if one.until is None else min(one.until, at)) for one in runs
    ]

    before = lines_of(month, until_then, known, now=now)

    assert lines_of(month, until_then, changed, now=now) == before


@given(life=lives(), back=st.integers(0, DAY))
def test_clock_that_went_back_makes_an_empty_run(life: Any, back: int) -> None:
    month, runs, known, now = life
    empty = run(month.since + DAY, month.since + DAY - back)

    assert cents_of((month, [*runs, empty], known, now)) == cents_of(life)


@given(life=lives(), data=st.data())
def test_nothing_of_the_future_is_billed(life: Any, data: st.DataObject) -> None:
    month, runs, known, now = life
    later = replace(data.draw(intervals(month)), since=now + data.draw(st.integers(0, DAY)))

    lines = lines_of(month, runs, known, now=now)

    assert all(until <= now for line in lines for _, until in line.intervals)
    assert lines_of(month, [*runs, later], known, now=now) == lines


@given(month=MONTHS, data=st.data())
def test_no_second_is_in_two_months_or_in_none(month: Month, data: st.DataObject) -> None:
    runs = data.draw(st.lists(intervals(month, apps=1), max_size=4))
    known = {name: [Price(name, 0, 7)] for name in TEMPLATES}
    now = month.until + 2 * DAY

    billed = sum(
        line.seconds
        for of in (month.previous, month, month.next)
        for line in lines_of(of, runs, known, now=now)
    )

    ran, end = 0, 0
    for since, until in sorted((one.since, one.until or now) for one in runs):
        ran += max(0, min(until, now) - max(since, end))
        end = max(end, min(until, now))
    assert billed == ran


@given(month=MONTHS, data=st.data())
def test_prices_that_nobody_asked_about_change_nothing(month: Month, data: st.DataObject) -> None:
    known = data.draw(prices(month))
    runs = [run(month.since, None)]

    only = {name: several for name, several in known.items() if name == "tmpl_a"}

    assert lines_of(month, runs, known, now=month.until) == lines_of(
        month, runs, only, now=month.until
    )
