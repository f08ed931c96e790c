"""How an app is, from what its containers look like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import clock, health

START = datetime(2026, 1, 1, tzinfo=UTC)
HEALTHS = st.sampled_from(["healthy", "degraded", "unhealthy", "unreachable", "unknown"])


def at(seconds: float) -> str:
    return clock.text_of(START + timedelta(seconds=seconds))


@dataclass(frozen=True)
class Seen:
    status: str = "running"
    health: str = "none"
    restarts: int = 0
    exit_code: int | None = None
    completes: bool = False


seen = st.builds(
    Seen,
    status=st.sampled_from(
        ["created", "running", "paused", "restarting", "removing", "exited", "dead", "missing"]
    ),
    health=st.sampled_from(["none", "starting", "healthy", "unhealthy"]),
    restarts=st.integers(0, 9),
    exit_code=st.none() | st.integers(0, 255),
    completes=st.booleans(),
)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (Seen(), "healthy"),
        (Seen(health="healthy"), "healthy"),
        (Seen(health="unhealthy"), "unhealthy"),
        (Seen(health="starting"), "degraded"),
        (Seen(restarts=3), "healthy"),
        (Seen(restarts=4), "degraded"),
        (Seen(restarts=4, health="unhealthy"), "unhealthy"),
        (Seen("restarting", restarts=1), "unhealthy"),
        (Seen("paused"), "unhealthy"),
        (Seen("created"), "unhealthy"),
        (Seen("exited", exit_code=0), "unhealthy"),
        (Seen("missing"), "unhealthy"),
        (Seen("exited", exit_code=0, completes=True), "healthy"),
        (Seen("exited", exit_code=1, completes=True), "unhealthy"),
        (Seen("running", completes=True), "healthy"),
    ],
)
def test_container(one: Seen, expected: str) -> None:
    assert health.container_health(one) == expected


@pytest.mark.parametrize(
    ("containers", "expected"),
    [
        ([], "unknown"),
        (["healthy"], "healthy"),
        (["healthy", "healthy"], "healthy"),
        (["unhealthy"], "unhealthy"),
        (["unhealthy", "unhealthy"], "unhealthy"),
        (["unhealthy", "healthy"], "degraded"),
        (["degraded", "healthy"], "degraded"),
        (["degraded"], "degraded"),
        (["unknown", "healthy"], "degraded"),
        (["unknown"], "degraded"),
        (["unhealthy", "degraded"], "degraded"),
    ],
)
def test_app(containers: list[health.Health], expected: str) -> None:
    assert health.app_health(containers) == expected


@given(st.lists(HEALTHS, min_size=1))
def test_app_is_healthy_only_when_all_of_it_is(containers: list[health.Health]) -> None:
    whole = health.app_health(containers)

    assert (whole == "healthy") == (set(containers) == {"healthy"})
    assert whole == health.app_health(reversed(containers))
    assert whole == health.app_health([*containers, *containers])


@pytest.mark.parametrize("status", ["exited", "dead", "missing"])
def test_what_docker_will_not_start_again_is_lost(status: str) -> None:
    assert health.is_lost(Seen(status, exit_code=0))
    assert not health.is_lost(Seen(status, exit_code=0, completes=True))


@given(seen)
def test_what_is_lost_is_never_healthy(one: Seen) -> None:
    if health.is_lost(one):
        assert health.container_health(one) == "unhealthy"
    if one.status in {"running", "restarting"}:
        assert not health.is_lost(one)


@pytest.mark.parametrize(("seconds", "proven"), [(0, False), (9.9, False), (10, True), (75, True)])
def test_loss_is_proven_by_a_later_look_alone(seconds: float, proven: bool) -> None:
    assert health.is_confirmed(at(0), at(seconds)) is proven
    assert not health.is_confirmed(None, at(seconds))


@pytest.mark.parametrize(
    ("before", "now", "expected"), [(0, 0, 0), (2, 5, 3), (5, 1, 1), (5, 0, 0)]
)
def test_restarts_between_two_looks(before: int, now: int, expected: int) -> None:
    assert health.restarts_since(before, now) == expected


@pytest.mark.parametrize(
    ("restarts", "expected"),
    [
        ([], 0),
        ([(0, 3)], 0),
        ([(0, 4)], 4),
        ([(0, 2), (60, 2), (120, 3)], 7),
        ([(-301, 9), (100, 3)], 0),
        ([(-1, 2), (100, 3)], 0),
    ],
)
def test_loop_is_more_than_three_restarts_within_five_minutes(
    restarts: list[tuple[float, int]], expected: int
) -> None:
    assert health.loop([(at(when), count) for when, count in restarts], at(299)) == expected


@given(st.lists(st.tuples(st.floats(-1000, 0), st.integers(1, 5))))
def test_loop_ends_when_nothing_restarts_any_more(seen: list[tuple[float, int]]) -> None:
    restarts = [(at(when), count) for when, count in seen]

    assert health.loop(restarts, at(300)) == 0
    assert health.loop(health.recent(restarts, at(0)), at(0)) == health.loop(restarts, at(0))
