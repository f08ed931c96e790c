"""Months begin and end where the calendar says, in UTC."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.billing.month import DAY, Month
from chalicelib.domain.clock import text_at

YEARS, NUMBERS = st.integers(1971, 9998), st.integers(1, 12)


def test_month_is_from_its_first_second_until_the_next_ones() -> None:
    month = Month.of("2026-11")

    assert text_at(month.since) == "2026-11-01T00:00:00.000Z"
    assert text_at(month.until) == "2026-12-01T00:00:00.000Z"
    assert str(month) == "2026-11"


@pytest.mark.parametrize(
    ("text", "days"), [("2026-02", 28), ("2024-02", 29), ("2100-02", 28), ("2000-02", 29)]
)
def test_february_has_its_leap_day(text: str, days: int) -> None:
    assert Month.of(text).seconds == days * DAY


@given(year=YEARS, number=NUMBERS, within=st.floats(0, 1, exclude_max=True))
def test_each_second_lies_in_one_month(year: int, number: int, within: float) -> None:
    month = Month(year, number)

    moment = month.since + int(within * month.seconds)

    assert Month.at(moment) == month
    assert Month.at(month.until) == month.next
    assert Month.at(month.since - 1) == month.previous
    assert month.next.previous == month
    assert month.next.since == month.until
    assert Month.of(str(month)) == month
    assert month.previous < month < month.next


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-1", "2026-13", "2026-00", "2026-11-01", "26-11"]
)
def test_anything_else_is_no_month(text: str) -> None:
    with pytest.raises(ValueError, match="is no month"):
        Month.of(text)
