"""Usage is reported: each event is counted once, and none keeps another one waiting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import cast

import pytest

from chalicelib.ports.metering import PROBE, Rejection
from chalicelib.ports.records import Change, Usage
from chalicelib.services.metering.reporting import MOST_TRIES, report_usage
from chalicelib.services.tools import Tools
from tests.unit.services.reporting_rig import Rig


@pytest.fixture
def rig() -> Rig:
    return Rig()


def probes(rig: Rig) -> int:
    return sum(row.event == PROBE for row in rig.meter.rows)


def test_what_waits_is_reported_together(rig: Rig) -> None:
    events = [*rig.many(3, "a"), *rig.many(2, "b")]

    report = rig.run()

    assert (report.outcome, report.delivered, report.backlog_seconds) == ("drained", 5, 0)
    assert len(rig.meter.sent) == 1
    assert {rig.counted(event) for event in events} == {1}
    assert {rig.told(event).status for event in events} == {"delivered"}
    assert probes(rig) == 0


def test_report_holds_a_thousand_events_at_most(rig: Rig) -> None:
    for number in range(40):
        rig.many(60, f"user-{number}")

    assert rig.run().delivered == 2400
    assert max(map(len, rig.meter.sent)) <= 1000
    assert len(rig.meter.sent) <= 4


def test_nothing_is_asked_or_written_where_nothing_waits(rig: Rig) -> None:
    assert rig.run().outcome == "drained"
    assert rig.meter.sent == []
    assert rig.state() == {}


def test_events_wait_where_no_meter_is_configured(rig: Rig) -> None:
    event = rig.put()
    tools = SimpleNamespace(**{**rig.tools().__dict__, "meter": lambda: None})

    assert report_usage(cast("Tools", tools), seconds=90).outcome == "off"
    assert rig.told(event).status == "undelivered"


def test_refused_event_is_kept_with_the_reason_and_holds_up_no_other(rig: Rig) -> None:
    good, bad = rig.put(), rig.put(event="nonsense")

    report = rig.run()

    assert (report.delivered, report.rejected) == (1, 1)
    assert rig.told(good).status == "delivered"
    refused = rig.told(bad).rejection
    assert refused is not None
    assert (refused.code, refused.detail) == (
        "invalid_event_type",
        "Unknown event type 'nonsense'",
    )


def test_batch_that_is_refused_as_a_whole_is_asked_about_one_by_one(rig: Rig) -> None:
    rig.meter.nobodies = {"gone"}
    unknown, wrong = rig.put("gone"), rig.put(event="nonsense")

    report = rig.run()

    assert report.rejected == 2
    codes = [rig.told(one).rejection for one in (unknown, wrong)]
    assert [one.code for one in codes if one] == ["user_not_found", "invalid_event_type"]
    assert [len(sent) for sent in rig.meter.sent] == [2, 2, 2]


def test_event_for_which_a_report_cannot_be_read_is_found_among_many(rig: Rig) -> None:
    events = rig.many(64)
    rig.meter.unreadable = {events[37].id}

    report = rig.run()

    assert (report.delivered, report.rejected) == (63, 1)
    refused = rig.told(events[37]).rejection
    assert refused is not None
    assert refused.code == "bad_request"
    assert len(rig.meter.sent) <= 14
    assert probes(rig) == 1


@pytest.mark.parametrize("first", [(), ("unanswered",), ("unreached",)])
def test_nothing_is_rejected_while_not_even_a_probe_is_read(
    rig: Rig, first: tuple[str, ...]
) -> None:
    events = rig.many(20)
    rig.run(*first)
    events += rig.many(20)
    rig.meter.reads_nothing = True

    reports = [rig.run(), rig.run()]

    assert {one.outcome for one in reports} <= {"failing", "paused"}
    assert sum(one.rejected for one in reports) == 0
    rig.meter.reads_nothing = False
    rig.calm()
    assert {rig.told(event).status for event in events} == {"delivered"}
    assert {rig.counted(event) for event in events} == {1}


def test_event_that_makes_the_meter_fail_is_given_up_and_others_go_on(rig: Rig) -> None:
    events = rig.many(10)
    rig.meter.deadly = {events[4].id}
    rig.run()

    rig.run()
    later = rig.put()
    rig.run()

    assert rig.told(later).status == "delivered"
    assert rig.told(events[4]).status == "undelivered"
    reports = rig.calm()
    assert len(reports) <= MOST_TRIES
    refused = rig.told(events[4]).rejection
    assert refused is not None
    assert refused.code == "undeliverable"
    assert {rig.counted(one) for one in [*events, later] if one is not events[4]} == {1}


def test_doubtful_events_are_resolved_one_by_one_beside_probes(rig: Rig) -> None:
    events = rig.many(4)

    first = rig.run("unanswered")
    second = rig.run()

    assert (first.outcome, first.delivered) == ("failing", 0)
    assert (second.outcome, second.delivered) == ("drained", 4)
    assert {rig.counted(event) for event in events} == {1}
    # A probe alone asks whether the meter is back; then each event has its own.
    assert [len(sent) for sent in rig.meter.sent] == [4, 1, 2, 2, 2, 2]
    assert probes(rig) == 5


def test_nothing_is_lost_with_a_report_that_a_restarted_gateway_loses(rig: Rig) -> None:
    """It answers as if it had taken what holds an id that it counted before."""
    old = rig.many(3)
    rig.run("unanswered")
    rig.meter.restart()
    new = rig.many(3)

    rig.run()

    assert {rig.counted(event) for event in [*old, *new]} == {1}


@pytest.mark.parametrize("fate", ["dies_before", "dies_after"])
def test_death_while_the_meter_is_asked_is_known_to_the_next_run(rig: Rig, fate: str) -> None:
    events = rig.many(3)

    rig.run_until_it_dies(fate)

    assert set(rig.state()["doubtful"]) == {event.id for event in events}
    assert rig.run().outcome == "busy"
    rig.calm()
    assert {rig.counted(event) for event in events} == {1}


def test_outage_leaves_nothing_in_doubt_and_pauses_grow(rig: Rig) -> None:
    rig.many(3)
    outcomes = [rig.run(*["unreached"] * 5).outcome for _ in range(30)]

    assert outcomes.count("paused") > 15
    assert rig.state()["doubtful"] == {}
    assert rig.state()["failures"] >= 8
    rig.calm()
    assert rig.state()["failures"] == 0
    assert len(rig.meter.rows) == 3 + probes(rig)


def test_meter_that_fails_for_long_puts_one_report_in_doubt_alone(rig: Rig) -> None:
    for number in range(8):
        rig.many(400, f"user-{number}")

    for _ in range(60):
        rig.run(*["dropped"] * 5)

    assert len(rig.state()["doubtful"]) <= 1000
    assert rig.meter.rows == []


def test_pause_that_the_meter_asks_for_is_kept(rig: Rig) -> None:
    rig.many(1)

    assert rig.run("throttled").outcome == "failing"
    outcomes = [rig.run().outcome for _ in range(5)]

    assert outcomes == ["paused"] * 4 + ["drained"]


def test_run_ends_in_its_time_and_the_next_one_goes_on(rig: Rig) -> None:
    for number in range(8):
        rig.many(500, f"user-{number}")

    first = rig.run(seconds=0.015)

    assert first.outcome == "more"
    assert 0 < first.delivered < 4000
    assert first.delivered + rig.run().delivered == 4000


def test_event_that_comes_too_early_for_the_gateways_clock_waits(rig: Rig) -> None:
    rig.seconds += 600
    early = rig.put()
    rig.meter.now = lambda: "2026-01-01T00:00:00.000Z"

    assert rig.run().rejected == 0
    assert rig.told(early).status == "undelivered"
    rig.meter.now = rig.now
    assert rig.run().delivered == 1


def test_event_in_doubt_that_comes_too_early_stays_in_doubt(rig: Rig) -> None:
    """It may be counted: a report of fresh events would be lost with it."""
    rig.seconds += 600
    early = rig.put()
    rig.run("unanswered_restarted")
    rig.meter.now = lambda: "2026-01-01T00:00:00.000Z"
    rig.run()
    assert rig.told(early).status == "undelivered"

    rig.meter.now = rig.now
    fresh = rig.many(3)
    rig.calm()

    assert [rig.counted(event) for event in (early, *fresh)] == [1, 1, 1, 1]


def test_run_that_lost_its_turn_before_the_meter_failed_is_superseded(rig: Rig) -> None:
    rig.put()
    report = rig.way.report

    def fail(events: Sequence[Usage]) -> Mapping[str, Rejection]:
        record = rig.store.get("metering")
        assert record
        rig.store.change(Change(of=record, attributes={"held_until": ""}))
        return report(events)

    rig.way.report = fail  # type: ignore[method-assign]

    assert rig.run("dropped").outcome == "superseded"


def test_event_that_is_too_old_is_refused(rig: Rig) -> None:
    rig.put()
    old = rig.put("other", at="2025-12-01T00:00:00.000Z")

    rig.run()

    refused = rig.told(old).rejection
    assert refused is not None
    assert refused.detail == "Timestamp cannot be older than 7 days"


def test_everything_is_in_doubt_after_a_restore(rig: Rig) -> None:
    """The outbox of a backup holds what was delivered since."""
    events = rig.many(5)
    rig.run()
    rig.meter.restart()
    for event in events:
        rig.outbox.judged.pop(event.id)
        rig.store.commit(event)
    new = rig.put()
    rig.epoch = 2

    rig.run()

    assert {rig.counted(event) for event in [*events, new]} == {1}
    later = rig.many(3)
    rig.run()
    assert {one.id for one in later} in [set(sent) for sent in rig.meter.sent]


def test_backlog_is_the_age_of_the_oldest_event(rig: Rig) -> None:
    rig.put()
    rig.seconds += 90_000
    rig.put("other")

    assert rig.run("unreached").backlog_seconds == 90_060


def test_doubtful_event_whose_user_is_gone_meanwhile_cannot_be_told(rig: Rig) -> None:
    """The contract says no more: the gateway refuses event and probe without a reason."""
    event = rig.put("leaving")
    rig.run("unanswered")
    rig.meter.nobodies = {"leaving"}

    rig.run()

    refused = rig.told(event).rejection
    assert refused is not None
    assert refused.code == "user_not_found"
    assert refused.detail.endswith("it may be counted.")
    assert rig.counted(event) == 1


def test_doubtful_event_that_grew_old_while_the_gateway_forgot_it_cannot_be_told(
    rig: Rig,
) -> None:
    event = rig.put()
    rig.run("unanswered")
    rig.meter.restart()
    rig.seconds += 8 * 86_400

    rig.run()

    refused = rig.told(event).rejection
    assert refused is not None
    assert refused.code == "invalid_timestamp"
    assert refused.detail.endswith("it may be counted.")
    assert rig.counted(event) == 1
