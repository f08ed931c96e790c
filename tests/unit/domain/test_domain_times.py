"""When names are looked at again, and what becomes of them."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import clock
from chalicelib.domain.domain_times import (
    DAY,
    HOLDING,
    HOUR,
    SLOWEST,
    Seen,
    Standing,
    Status,
    due_at,
    later,
    turn,
)
from chalicelib.resources.domains import DOMAINS

NOW = "2026-06-01T12:00:00.000Z"
STANDINGS = st.builds(
    Standing,
    status=st.sampled_from(get_args(Status)),
    since=st.integers(0, 60 * DAY).map(lambda ago: later(NOW, -ago)),
    looks=st.integers(0, 10_000),
    doubts=st.integers(0, 5),
)
SEEN = st.sampled_from(get_args(Seen))


@given(STANDINGS, SEEN, st.text(max_size=8))
def test_names_move_as_their_resource_allows(before: Standing, seen: Seen, salt: str) -> None:
    after = turn(before, seen, NOW, grace_hours=72, salt=salt)

    assert DOMAINS.states.allows(before.status, after.status)


@given(STANDINGS, SEEN, st.text(max_size=8))
def test_next_look_is_never_in_the_past_and_at_most_a_day_away(
    before: Standing, seen: Seen, salt: str
) -> None:
    after = turn(before, seen, NOW, grace_hours=72, salt=salt)

    if after.status == "failed":
        assert after.next_at is None
    else:
        assert after.next_at is not None
        assert 60 <= clock.seconds_between(NOW, after.next_at) <= DAY


@given(STANDINGS, SEEN)
def test_nothing_is_verified_without_proof_and_everything_with_it(
    before: Standing, seen: Seen
) -> None:
    after = turn(before, seen, NOW, grace_hours=72)

    assert seen != "proven" or after.status == "verified"
    assert after.status not in HOLDING or seen == "proven" or before.status in HOLDING


@given(STANDINGS, SEEN, st.integers(1, 720))
def test_name_is_never_lost_before_its_grace_is_over(
    before: Standing, seen: Seen, grace: int
) -> None:
    after = turn(before, seen, NOW, grace_hours=grace)

    if before.status in HOLDING and after.status not in HOLDING:
        assert before.status == "failing"
        assert clock.seconds_between(before.since, NOW) >= grace * HOUR


@given(STANDINGS)
def test_look_that_our_own_name_servers_spoiled_moves_nothing(before: Standing) -> None:
    after = turn(before, "unheard", NOW, grace_hours=72)

    assert (after.status, after.looks, after.doubts) == (
        before.status,
        before.looks,
        before.doubts,
    )
    soon = None if before.status == "failed" else later(NOW, 300)
    assert after.next_at == soon


@pytest.mark.parametrize(
    ("looks", "seconds"), [(0, 120), (1, 240), (5, 3840), (7, 15_360), (8, SLOWEST), (99, SLOWEST)]
)
def test_pending_names_are_looked_at_less_and_less(looks: int, seconds: int) -> None:
    after = turn(Standing("pending", NOW, looks), "unproven", NOW, grace_hours=72)

    assert after.next_at == later(NOW, seconds)


def test_daily_looks_are_spread_over_an_hour() -> None:
    found = {
        turn(Standing("verified", NOW), "proven", NOW, grace_hours=72, salt=str(n)).next_at
        for n in range(100)
    }

    assert len(found) > 50


def test_due_is_what_comes_first() -> None:
    assert due_at({"next_check_at": "b"}, "a") == "a"
    assert due_at({"next_check_at": "b"}) == "b"
    assert due_at({"next_check_at": None}, None) is None
