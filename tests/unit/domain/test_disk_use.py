"""What follows from the disk that an app uses."""

from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.disk_use import (
    ROOM_SECONDS,
    Measured,
    Over,
    Standing,
    Verdict,
    is_node_told,
    judge,
)

NEW = Standing()


def at(minute: int) -> str:
    return f"2026-05-01T{10 + minute // 60:02d}:{minute % 60:02d}:00.000Z"


def look(
    before: Standing, used: int, *, minute: int = 30, size: int = 1000, started: int = 0
) -> Verdict:
    """One look whose measurement is as old as the look."""
    return judge(before, Measured(used, size, at(minute), at(started)), at(minute))


def test_first_measurement_is_kept() -> None:
    assert look(NEW, 5) == Verdict(Standing(5))


def test_little_change_is_not_worth_a_write() -> None:
    assert look(Standing(500), 509).standing == Standing(500)
    assert look(Standing(500), 490).standing == Standing(490)
    assert look(Standing(500), 515, size=5000).standing == Standing(500)
    assert look(Standing(500), 516, size=5000).standing == Standing(516)


def test_app_without_a_size_has_no_limit() -> None:
    assert look(Standing(10), 90_000, size=0) == Verdict(Standing(90_000))
    assert look(Standing(10), 25, size=0) == Verdict(Standing(10))


def test_filling_is_told_once_until_it_is_calm_again() -> None:
    told, standing = [], NEW
    for used in (790, 800, 790, 810, 760, 740, 805):
        verdict = look(standing, used)
        told.append(verdict.tells)
        standing = verdict.standing

    assert told == [False, True, False, False, False, False, True]


def test_second_measurement_above_the_size_stops_it() -> None:
    first = look(NEW, 1001, minute=30)
    same = judge(first.standing, Measured(1001, 1000, at(30), at(0)), at(31))
    second = look(same.standing, 1005, minute=32)

    assert (first.stops, same.stops, second.stops) == (False, False, True)
    assert first.tells
    assert second.standing == Standing(1005, True, Over(at(30), at(32), 1005))


def test_one_that_made_room_between_is_not_stopped() -> None:
    first = look(NEW, 1200, minute=30)
    between = look(first.standing, 1000, minute=31)
    again = look(between.standing, 1001, minute=32)

    assert between.standing.over is None
    assert not again.stops


def test_started_above_its_size_it_has_time_to_make_room() -> None:
    stopped = look(look(NEW, 1200, minute=1).standing, 1200, minute=2).standing
    started = 60

    early = look(stopped, 1200, minute=61, started=started)
    late = look(early.standing, 1190, minute=60 + ROOM_SECONDS // 60, started=started)
    cleared = look(early.standing, 900, minute=70, started=started)

    assert (early.stops, late.stops, cleared.stops) == (False, True, False)
    assert cleared.standing.over is None


def test_started_above_its_size_it_may_not_grow() -> None:
    stopped = look(look(NEW, 1200, minute=1).standing, 1200, minute=2).standing

    assert not look(stopped, 1320, minute=61, started=60).stops
    assert look(stopped, 1321, minute=61, started=60).stops


def test_larger_size_ends_it() -> None:
    stopped = look(look(NEW, 1200, minute=1).standing, 1200, minute=2).standing

    assert look(stopped, 1200, size=2000) == Verdict(Standing(1200))


@given(st.lists(st.integers(0, 3000), max_size=30), st.integers(1, 2000))
def test_never_stopped_at_or_below_its_size(uses: list[int], size: int) -> None:
    standing = NEW
    for minute, used in enumerate(uses, start=1):
        verdict = look(standing, used, minute=minute, size=size)
        assert not verdict.stops or min(used, uses[minute - 2]) > size
        standing = verdict.standing


def test_full_server_is_told_once_a_crossing() -> None:
    states = list(accumulate((89, 90, 89, 91, 85, 84, 90), is_node_told, initial=False))

    assert states == [False, False, True, True, True, True, False, True]
