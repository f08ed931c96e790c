"""Services start together as soon as what they depend on holds, and not before."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.plan import Dependency, Service
from chalicelib.services.deployments.waves import AT_ONCE, side_by_side, start_in_waves


def service(name: str, *needs: str) -> Service:
    return Service(name, "image", depends_on=tuple(Dependency(need) for need in needs))


@st.composite
def graphs(draw: st.DrawFn) -> list[Service]:
    """Services in start order, each depending on some of those before it."""
    names = [f"s{number}" for number in range(draw(st.integers(1, 8)))]
    return [
        service(
            name, *draw(st.lists(st.sampled_from(names[:at]), unique=True) if at else st.just([]))
        )
        for at, name in enumerate(names)
    ]


@given(graphs(), st.data())
def test_whatever_can_start_starts_once_and_after_what_it_needs(
    services: list[Service], data: st.DataObject
) -> None:
    broken = data.draw(st.sets(st.sampled_from([one.name for one in services])))
    up: list[str] = []

    def unmet(one: Service) -> Dependency | None:
        assert {need.service for need in one.depends_on} <= set(up)
        held = set(up) - broken
        return next((need for need in one.depends_on if need.service not in held), None)

    waits = start_in_waves(services, unmet=unmet, start=lambda one: up.append(one.name))

    can: set[str] = set()
    for one in services:
        if all(need.service in can - broken for need in one.depends_on):
            can.add(one.name)
    assert sorted(up) == sorted(can)
    for one in services:
        if one.name in can:
            assert all(up.index(need.service) < up.index(one.name) for need in one.depends_on)
    first = next((one for one in services if one.name not in can), None)
    assert (waits and waits[0]) == first
    if waits is not None:
        assert waits[1].service not in can - broken


def test_services_of_a_wave_are_started_at_the_same_time() -> None:
    meet = threading.Barrier(AT_ONCE, timeout=10)
    wave = [service(f"s{number}") for number in range(AT_ONCE)]

    assert start_in_waves(wave, unmet=lambda _: None, start=lambda _: meet.wait()) is None


def test_error_of_the_first_service_is_told_when_all_have_ended() -> None:
    first_may_fail = threading.Event()
    done = []

    def start(one: Service) -> None:
        if one.name == "first":
            first_may_fail.wait(10)
            raise RuntimeError("first")
        done.append(one.name)
        if one.name == "third":
            first_may_fail.set()
        raise RuntimeError(one.name)

    with pytest.raises(RuntimeError, match="first"):
        side_by_side(start, [service("first"), service("second"), service("third")])

    assert sorted(done) == ["second", "third"]
