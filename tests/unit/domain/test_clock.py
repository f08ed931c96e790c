"""Times as text that sorts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.clock import moment_of, seconds_between, text_of

MOMENTS = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001 - the strategy adds the zone itself
    max_value=datetime(2999, 12, 31),  # noqa: DTZ001 - as above
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-7)), timezone(timedelta(hours=5.5))]),
)


def test_time_is_written_in_utc_with_milliseconds() -> None:
    there = datetime(2026, 2, 15, 11, 30, 0, 123_999, tzinfo=timezone(timedelta(hours=1.5)))

    assert text_of(there) == "2026-02-15T10:00:00.123Z"


@given(MOMENTS)
def test_time_is_read_back_to_the_millisecond(moment: datetime) -> None:
    assert timedelta(0) <= moment - moment_of(text_of(moment)) < timedelta(milliseconds=1)
    assert text_of(moment_of(text_of(moment))) == text_of(moment)


@given(MOMENTS, MOMENTS)
def test_texts_sort_as_their_times(one: datetime, other: datetime) -> None:
    earlier, later = sorted([one, other])

    assert text_of(earlier) <= text_of(later)
    assert seconds_between(text_of(earlier), text_of(later)) == pytest.approx(
        (later - earlier).total_seconds(), abs=0.002
    )


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01T00:00:00Z"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"Invalid isoformat|month must be"):
        moment_of(text)
