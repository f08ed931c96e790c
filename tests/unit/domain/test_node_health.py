"""The rules by which a server goes offline and comes back, and what its owner is warned of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.node_health import (
    CLOCK,
    DISK,
    DOCKER,
    MISSES,
    Condition,
    Machine,
    Trouble,
    after_good,
    after_trouble,
    clock_off,
    warnings_of,
)

WELL = Condition("online", "healthy")
FINE = Machine(40)
AWAY = Trouble("host_unreachable", "It does not answer.")
SILENT = Trouble("docker_unavailable", "No Docker Engine answers.", answers=True)
CHANGED = Trouble("host_key_changed", "Another key.", certain=True)


def after(*looks: Trouble | Machine | None, before: Condition = WELL) -> Condition:
    for one in looks:
        good = one is None or isinstance(one, Machine)
        before = after_good(before, one) if good else after_trouble(before, one)  # type: ignore[arg-type]
    return before


def test_third_miss_in_a_row_takes_it_offline_with_the_error() -> None:
    second, third = after(AWAY, AWAY), after(AWAY, AWAY, AWAY)

    assert (second.status, second.health, second.error_code) == ("online", "healthy", None)
    assert (third.status, third.health) == ("offline", "unreachable")
    assert (third.error_code, third.error_message) == (AWAY.code, AWAY.detail)


def test_good_look_between_misses_begins_the_count_anew() -> None:
    assert after(AWAY, AWAY, FINE, AWAY, AWAY).status == "online"


def test_first_good_look_brings_it_back() -> None:
    assert after(AWAY, AWAY, AWAY, AWAY, FINE) == WELL


def test_docker_that_does_not_answer_is_warned_of_at_once() -> None:
    first, third = after(SILENT), after(SILENT, SILENT, SILENT)

    assert (first.status, first.health, first.codes) == ("online", "unhealthy", {DOCKER})
    assert (third.status, third.health, third.error_code) == ("offline", "unhealthy", SILENT.code)
    assert after(SILENT, SILENT, SILENT, None) == WELL


def test_changed_host_key_is_told_at_once_and_takes_it_offline_as_all_else() -> None:
    first = after(CHANGED)

    assert (first.status, first.error_code) == ("online", CHANGED.code)
    assert after(CHANGED, CHANGED, CHANGED).status == "offline"


def test_what_took_it_offline_stays_the_error_until_it_is_back() -> None:
    other_words = Trouble(AWAY.code, "It hangs.")
    offline = after(AWAY, AWAY, AWAY)

    assert after(other_words, before=offline) == offline
    silent = after(SILENT, before=offline)
    assert (silent.error_code, silent.health, silent.codes) == (AWAY.code, "unreachable", {DOCKER})
    assert after(AWAY, SILENT, before=silent) == silent
    changed = after(CHANGED, before=silent)
    assert changed.error_code == CHANGED.code
    assert after(AWAY, SILENT, CHANGED, before=changed) == changed


@pytest.mark.parametrize("look", [AWAY, SILENT, CHANGED, FINE])
def test_parked_server_stays_parked(look: Trouble | Machine) -> None:
    parked = Condition("maintenance", "healthy")

    assert after(look, look, look, before=parked).status == "maintenance"


@given(st.lists(st.sampled_from([AWAY, SILENT, CHANGED, FINE, None])))
def test_status_follows_the_looks(looks: list[Trouble | Machine | None]) -> None:
    found = after(*looks)
    row = next((n for n, one in enumerate(reversed(looks)) if not isinstance(one, Trouble)), None)
    misses = len(looks) if row is None else row
    offline = misses >= MISSES

    assert (found.status == "offline") == offline
    assert found.misses == min(misses, MISSES)
    assert found.error_code is not None or not offline


@pytest.mark.parametrize(
    ("machine", "before", "codes"),
    [
        (Machine(89), (), set()),
        (Machine(90), (), {DISK}),
        (Machine(86), (DISK,), {DISK}),
        (Machine(84), (DISK,), set()),
        (Machine(10, 30.0), (), set()),
        (Machine(10, -31.0), (), {CLOCK}),
        (Machine(10, 25.0), (CLOCK,), {CLOCK}),
        (Machine(10, 19.0), (CLOCK,), set()),
        (Machine(95, 99.0), (), {DISK, CLOCK}),
    ],
)
def test_warnings_come_and_go(machine: Machine, before: tuple[str, ...], codes: set[str]) -> None:
    found = warnings_of(machine, before)

    assert {one.code for one in found} == codes
    warned = after_good(Condition("online", "degraded", warnings=found), machine)
    assert warned.health == ("degraded" if codes else "healthy")


def test_warnings_stay_where_the_machine_could_not_be_measured() -> None:
    assert after(Machine(95), None).codes == {DISK}


@pytest.mark.parametrize(
    ("off", "words"),
    [
        (31.0, "about 30 s ahead of ours"),
        (-95.0, "about 90 s behind ours"),
        (300.0, "about 5 min ahead of ours"),
        (-7300.0, "about 2 h behind ours"),
    ],
)
def test_clock_is_told_coarsely(off: float, words: str) -> None:
    [warned] = warnings_of(Machine(10, off), ())

    assert words in warned.message


@pytest.mark.parametrize(
    ("at", "took", "off"),
    [
        ("2026-01-01T00:00:00.000Z", 0.0, 0.0),
        ("2026-01-01T00:01:00.000Z", 0.0, 59.0),
        ("2025-12-31T23:59:00.000Z", 0.0, -59.0),
        # Within a slow answer it may have looked at its clock at any moment.
        ("2026-01-01T00:00:09.000Z", 9.0, 0.0),
        ("2026-01-01T00:01:00.000Z", 8.0, 51.0),
        ("2025-12-31T23:59:30.000Z", 8.0, -29.0),
    ],
)
def test_clock_is_off_by_what_is_sure(at: str, took: float, off: float) -> None:
    answered = f"2026-01-01T00:00:{took:06.3f}Z"

    assert clock_off(at, "2026-01-01T00:00:00.000Z", answered) == pytest.approx(off)
