"""Certificates: when they are renewed, and when a try that failed is repeated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import clock
from chalicelib.domain.certificates import (
    RETRIES,
    challenge_name,
    failure,
    later,
    new_key,
    public_key_of,
    renewal_at,
    retry_at,
)

NOW = "2026-03-01T00:00:00.000Z"
DAY = 86_400


@given(st.integers(1, 400))
def test_certificate_is_renewed_with_a_third_of_its_life_left(days: int) -> None:
    ends = later(NOW, days * DAY)

    at = renewal_at(NOW, ends)

    assert clock.seconds_between(at, ends) == pytest.approx(days * DAY / 3, abs=1)
    assert NOW < at < ends


@given(st.integers(0, 50))
def test_tries_come_further_apart_up_to_a_day(failures: int) -> None:
    wait = clock.seconds_between(NOW, retry_at(NOW, failures))
    next_wait = clock.seconds_between(NOW, retry_at(NOW, failures + 1))

    assert RETRIES[0] <= wait <= next_wait <= RETRIES[-1] == DAY


def test_failure_says_what_when_and_how_often() -> None:
    said = failure({}, NOW, code="challenge_failed", detail="It was not found.")

    assert said == {
        "certificate_error": "It was not found. It is tried again by itself at"
        " 2026-03-01T01:00:00.000Z.",
        "certificate_error_code": "challenge_failed",
        "certificate_failures": 1,
        "certificate_due_at": "2026-03-01T01:00:00.000Z",
    }
    assert failure(said, NOW, code="x", detail="")["certificate_failures"] == 2


@pytest.mark.parametrize(("code", "kept"), [("rate_limited", True), ("challenge_failed", False)])
def test_pause_that_was_asked_for_is_kept(code: str, kept: bool) -> None:
    asked = later(NOW, 7 * DAY)

    said = failure({"certificate_due_at": asked}, NOW, code=code, detail="No.")

    assert (said["certificate_due_at"] == asked) is kept


def test_record_that_proves_a_wildcard_lies_beside_that_of_its_name() -> None:
    assert challenge_name("*.apps.test") == challenge_name("apps.test")
    assert challenge_name("apps.test") == "_acme-challenge.apps.test"


def test_keys_are_never_the_same() -> None:
    assert len({public_key_of(new_key()) for _ in range(3)}) == 3
