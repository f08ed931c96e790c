"""How long work usually takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.paces import LONGEST, MOST_STEPS, Pace, Stage, learned, remaining

SECONDS = st.floats(0, LONGEST)


def test_first_run_is_all_that_is_known() -> None:
    assert learned({}, {"Pull": 12.5}) == {"Pull": Pace(12.5, 1)}


def test_second_run_counts_half() -> None:
    assert learned({"Pull": Pace(10, 1)}, {"Pull": 20}) == {"Pull": Pace(15, 2)}


def test_step_that_did_not_run_keeps_what_is_known() -> None:
    known = {"Snapshot": Pace(3, 2)}

    assert learned(known, {"Pull": 1}) == {"Pull": Pace(1, 1), "Snapshot": Pace(3, 2)}


@given(st.lists(SECONDS, min_size=1, max_size=20))
def test_average_lies_between_what_was_measured(runs: list[float]) -> None:
    known: dict[str, Pace] = {}
    for seconds in runs:
        known = learned(known, {"Pull": seconds})

    assert min(runs) - 0.01 <= known["Pull"].seconds <= max(runs) + 0.01


@given(SECONDS, SECONDS)
def test_older_runs_fade(before: float, now: float) -> None:
    known: dict[str, Pace] = {}
    for seconds in [before] * 20 + [now] * 30:
        known = learned(known, {"Pull": seconds})

    assert known["Pull"].seconds == pytest.approx(now, abs=LONGEST / 100)


@given(st.dictionaries(st.text(), st.floats(allow_nan=False)), st.dictionaries(st.text(), SECONDS))
def test_what_is_known_stays_small(first: dict[str, float], second: dict[str, float]) -> None:
    many = {f"step {n}": 1.0 for n in range(MOST_STEPS)}

    known = learned(learned(learned({}, many), first), second)

    assert len(known) <= MOST_STEPS
    assert set(list(second)[:MOST_STEPS]) <= set(known)
    assert all(0 <= pace.seconds <= LONGEST for pace in known.values())


def test_remaining_is_what_no_step_has_had_yet() -> None:
    stages = [
        Stage(5, "done"),
        Stage(20, "running", 8),
        Stage(2, "running", 60),
        Stage(4, "waiting"),
        Stage(9, "failed", 1),
    ]

    assert remaining(stages) == 16.0


def test_nothing_remains_of_what_has_ended() -> None:
    assert remaining([Stage(5, "done"), Stage(3, "undone")]) == 0.0
