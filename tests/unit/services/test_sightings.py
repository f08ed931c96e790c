"""What a look at an app says against what is recorded of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import clock
from chalicelib.ports.insight import Death
from chalicelib.ports.nodes import ContainerState
from chalicelib.ports.records import Record
from chalicelib.services.looks.sightings import Sighting, compare, restart_span, shown_container

START = datetime(2026, 1, 1, tzinfo=UTC)
SERVICES = ("db", "web")


def at(seconds: float) -> str:
    return clock.text_of(START + timedelta(seconds=seconds))


def state(service: str = "web", **changes: Any) -> ContainerState:
    up = ContainerState(
        id=f"c-{service}",
        service=service,
        image="nginx:alpine",
        status="running",
        health="none",
        restarts=0,
        exit_code=None,
        started_at=at(-600),
        out_of_memory=False,
        ports=(),
        config_hash="x",
        generation=1,
    )
    return replace(up, **changes)


def app(*states: ContainerState, **fields: Any) -> Record:
    shown = [shown_container(one) for one in states or (state(),)]
    record = Record(
        "app", "deployments", "owner", "running", at(0), at(0), generation=1, health="healthy"
    )
    return replace(record, attributes={"containers": shown}, **fields)


def after(record: Record, sighting: Sighting) -> Record:
    """Leave the record as a look does."""
    attributes = record.attributes | sighting.attributes(record)
    return replace(record, health=sighting.health, attributes=attributes)


looks = st.lists(
    st.lists(
        st.builds(
            state,
            service=st.sampled_from(SERVICES),
            status=st.sampled_from(["running", "restarting", "exited", "dead", "paused"]),
            health=st.sampled_from(["none", "starting", "healthy", "unhealthy"]),
            restarts=st.integers(0, 6),
            exit_code=st.none() | st.integers(0, 255),
            out_of_memory=st.booleans(),
        ),
        max_size=3,
    ),
    min_size=1,
    max_size=6,
)


@given(looks, st.integers(11, 400))
def test_second_look_at_the_same_has_no_news_but_the_end_of_loops(
    seen: list[list[ContainerState]], gap: int
) -> None:
    record = app(*map(state, SERVICES))
    for number, states in enumerate(seen):
        record = after(record, compare(record, states, (), at(number * gap)))

    again = compare(record, seen[-1], (), at(len(seen) * gap))

    assert {name for name, _ in again.events} <= {"restart_loop_ended"}
    assert again.is_news(record) == bool(again.events)


@given(looks, st.integers(11, 100))
def test_loss_is_proven_exactly_by_two_looks_in_a_row(
    seen: list[list[ContainerState]], gap: int
) -> None:
    record = app(*map(state, SERVICES))
    before: set[str] = set()
    for number, states in enumerate(seen):
        sighting = compare(record, states, (), at(number * gap))
        up = {one.service for one in states if one.status not in {"exited", "dead"}}
        lost = {*SERVICES} - up

        assert {*sighting.confirmed} == lost & before
        assert {*sighting.memory.lost} == lost
        before, record = lost, after(record, sighting)


def test_running_one_of_two_containers_of_a_service_counts() -> None:
    old = state(id="old", status="exited", exit_code=0)
    new = state(id="new", generation=2)

    sighting = compare(app(new), [new, old], (), at(0))

    assert not sighting.is_news(app(new))


def test_replaced_container_counts_its_own_restarts() -> None:
    record = app(state(restarts=5))

    sighting = compare(record, [state(id="c-new", restarts=6)], (), at(0))

    [(_, told)] = [event for event in sighting.events if event[0] == "restart_loop"]
    assert told["message"] == "web, 6 times in 5 minutes"


def test_span_of_restarts_reaches_from_the_last_known_start_to_the_present_one() -> None:
    record = app(state(), state("db"))
    restarted = state(restarts=1, started_at=at(-30))

    assert restart_span(record, [restarted, state("db")]) == (at(-600), at(-30))
    assert restart_span(record, [state(), state("db")]) is None
    assert restart_span(app(state(started_at=None)), [restarted]) is None


def test_ends_before_the_last_known_start_are_old_news() -> None:
    deaths = [Death("web", at(-900), 1, out_of_memory=True), Death("web", at(-300), 2)]

    sighting = compare(app(), [state(restarts=1, started_at=at(-300))], deaths, at(0))

    assert [(name, told["message"]) for name, told in sighting.events] == [
        ("container_restarted", "web 1 time, after status 2")
    ]


def test_many_services_make_one_event_of_each_kind() -> None:
    names = [f"s{number}" for number in range(7)]
    gone = [state(name, status="exited", exit_code=1) for name in names]

    sighting = compare(app(*map(state, names)), gone, (), at(0))

    events = dict(sighting.events)
    assert set(events) == {"container_died", "health_unhealthy"}
    assert events["container_died"]["services"] == names
    assert events["container_died"]["message"].endswith("s4 ended with status 1; and 2 more")
    assert "service" not in events["container_died"]


def test_record_without_what_later_versions_keep_is_read() -> None:
    record = app()
    for one in record.attributes["containers"]:
        for key in ("since", "exit_code", "out_of_memory", "completes"):
            del one[key]

    sighting = compare(record, [], (), at(0))

    assert sighting.containers["web"]["status"] == "missing"
    assert compare(record, [state()], (), at(0)).events == ()


def test_app_without_containers_is_unknown() -> None:
    record = replace(app(), attributes={}, health="unknown")

    sighting = compare(record, [], (), at(0))

    assert (sighting.health, sighting.is_news(record)) == ("unknown", False)


def test_what_no_look_found_whole_was_whole_as_it_was_started() -> None:
    record = app()
    record = replace(record, attributes=record.attributes | {"started_at": at(-90)})

    missed = compare(record, [], (), at(0))
    again = compare(after(record, missed), [], (), at(60), last_look=at(0))

    assert missed.memory.seen_at == again.memory.seen_at == at(-90)
    assert compare(record, [], (), at(0), last_look=at(-30)).memory.seen_at == at(-30)
