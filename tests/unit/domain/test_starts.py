"""How fast apps of a template start."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.starts import KEPT, LONGEST, told, with_start


def test_nothing_is_told_before_the_first_start() -> None:
    assert told(()) == {"start_seconds": None, "starts": 0}


def test_median_in_whole_seconds_is_told_with_how_many_starts_it_is_of() -> None:
    known: tuple[float, ...] = ()
    for seconds in (12.04, 90.0, 14.4):
        known = with_start(known, seconds)

    assert known == (12.0, 90.0, 14.4)
    assert told(known) == {"start_seconds": 14, "starts": 3}


def test_start_that_takes_no_second_is_told_as_one() -> None:
    assert told((0.2,)) == {"start_seconds": 1, "starts": 1}


def test_interrupted_start_and_clock_that_went_back_tell_nothing() -> None:
    assert with_start(with_start((3.0,), LONGEST + 1), -1.0) == (3.0,)


@given(st.lists(st.floats(0, LONGEST), min_size=1, max_size=40))
def test_latest_starts_alone_are_told(starts: list[float]) -> None:
    known: tuple[float, ...] = ()
    for seconds in starts:
        known = with_start(known, seconds)

    latest = starts[-KEPT:]
    assert len(known) == len(latest)
    seconds = told(known)["start_seconds"]
    assert seconds is not None
    assert max(1, int(min(latest))) <= seconds <= max(1, int(max(latest)) + 1)
