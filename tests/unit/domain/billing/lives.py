"""Random lives of an account's apps: runs and prices around the ends of months."""

from __future__ import annotations

from hypothesis import strategies as st

from chalicelib.domain.billing.intervals import Interval, Price
from chalicelib.domain.billing.month import DAY, Month

MONTHS = st.builds(Month, st.integers(2023, 2028), st.integers(1, 12)) | st.sampled_from(
    [Month(2024, 2), Month(2100, 2), Month(2000, 2), Month(2026, 12)]
)
"""Leap days and the ends of years come often."""
TEMPLATES = ("tmpl_a", "tmpl_b", "tmpl_c")
CENTS = st.sampled_from([0, 1, 49, 500, 999, 123_457]) | st.integers(0, 100_000)


def moments(month: Month) -> st.SearchStrategy[int]:
    """Times in a month, and some days before and behind it; its very ends come often."""
    near = st.sampled_from([month.since - 1, month.since, month.until - 1, month.until])
    return near | st.integers(month.since - 3 * DAY, month.until + 3 * DAY)


@st.composite
def intervals(draw: st.DrawFn, month: Month, *, apps: int = 3) -> Interval:
    """One run, of an app whose clock may have gone back; some of them overlap others."""
    number = draw(st.integers(1, apps))
    template = draw(st.sampled_from(TEMPLATES))
    return Interval(
        owner="user-a",
        deployment=f"app-{number}",
        deployment_name=f"app {number}",
        template=template,
        template_name=template.upper(),
        creator="creator",
        since=draw(moments(month)),
        until=draw(st.none() | moments(month)),
    )


@st.composite
def prices(draw: st.DrawFn, month: Month) -> dict[str, list[Price]]:
    """The prices of each template: one since long ago as a rule, changes in between, or none."""
    since = st.lists(st.just(0) | moments(month), max_size=4, unique=True) | st.just([0])
    return {
        template: [Price(template, at, draw(CENTS)) for at in draw(since)] for template in TEMPLATES
    }


@st.composite
def lives(draw: st.DrawFn) -> tuple[Month, list[Interval], dict[str, list[Price]], int]:
    """A month, what ran, what it cost, and the moment at which that is looked at."""
    month = draw(MONTHS)
    runs = draw(st.lists(intervals(month), max_size=8))
    now = draw(st.just(month.until) | moments(month))
    return month, runs, draw(prices(month)), now
