"""Whatever becomes of reports on their way, what they tell is counted exactly once."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import Contended, Unavailable
from chalicelib.domain.traffic import GIGABYTE, NOTHING, Report, Taken, Traffic, traffic_of
from chalicelib.ports.records import Create, Record, Write
from chalicelib.services.metering.traffic import known_so_far, take
from chalicelib.services.tools import Tools
from tests.fakes.records import FakeRecords
from tests.fakes.traffic import FakeTraffic

AT = 1_700_049_600
NOW = "2026-01-01T00:00:00.000Z"
APPS = ("app-1", "app-2")
BOOTS = ("aa" * 16, "bb" * 16)


@dataclass
class Crashing(FakeRecords):
    """A store whose answer gets lost now and then, before or after all was written."""

    luck: random.Random = field(default_factory=lambda: random.Random(0))

    def commit(self, *writes: Write) -> None:
        fate = self.luck.random()
        if fate < 0.2:
            raise Unavailable("It did not come there.")
        super().commit(*writes)
        if fate > 0.8:
            raise Unavailable("Its answer did not come here.")


def tools_over(store: FakeRecords) -> Tools:
    given = SimpleNamespace(
        records=lambda: store, traffic=lambda: FakeTraffic(store), now=lambda: NOW
    )
    return cast("Tools", given)


def stored(store: FakeRecords, *apps: str) -> FakeRecords:
    for app in apps:
        record = Record(app, "deployments", f"owner-of-{app}", "running", NOW, NOW)
        FakeRecords.commit(store, Create(record))
    return store


def delivered(tools: Tools, report: Report) -> None:
    """Deliver a report until it is done, as a queue does."""
    for _ in range(200):
        try:
            for app, before in known_so_far(tools, report).items():
                take(tools, report, app, before)
        except Unavailable:
            continue
        return
    pytest.fail("A report was never done.")


def row(requests: int, sent: int) -> Traffic:
    return traffic_of((requests, 2 * requests, sent, 0, requests, 0, 0, 0, requests, *(0,) * 11))


@st.composite
def stories(draw: Any) -> tuple[list[Report], list[Report]]:
    """Reports of two series as they arrive — some lost, some twice, in any order — and the last."""
    reports, finals = [], []
    for boot in BOOTS:
        sums = {app: [0, 0] for app in APPS}
        count = draw(st.integers(1, 6))
        for sequence in range(1, count + 1):
            for app in APPS:
                sums[app][0] += draw(st.integers(0, 3))
                sums[app][1] += draw(st.integers(0, 10**10))
            apps = {app: row(*sums[app]) for app in APPS}
            since = AT + 300 * (sequence - 1)
            reports.append(Report(boot, sequence, since, since + 300, apps))
        finals.append(reports[-1])
    arriving = draw(st.lists(st.sampled_from(reports), max_size=20))
    return arriving, finals


@given(stories(), st.integers(0, 2**32), st.booleans())
def test_totals_are_exact_after_the_last_report(
    story: tuple[list[Report], list[Report]], seed: int, crash: bool
) -> None:
    arriving, finals = story
    store: FakeRecords = FakeRecords()
    if crash:
        store = Crashing(luck=random.Random(seed))
    tools = tools_over(stored(store, *APPS))

    for report in [*arriving, *finals]:
        delivered(tools, report)

    for app in APPS:
        told = [report.apps[app] for report in finals]
        events = [one for one in store.outbox.values() if one.resource == app]
        metered = sum(Decimal(repr(one.quantity)) * GIGABYTE for one in events)
        assert metered == sum(one.bytes_out for one in told)
        assert {one.user for one in events} <= {f"owner-of-{app}"}
        parts = store.parts.get(app, set())
        assert sum(part.traffic.requests for part in parts) == sum(one.requests for one in told)
        for place in range(20):
            kept = sum(part.traffic.numbers[place] for part in parts)
            assert kept == sum(one.numbers[place] for one in told)


def test_unknown_apps_and_other_records_are_left_out() -> None:
    store = stored(FakeRecords(), "app-1")
    FakeRecords.commit(store, Create(Record("node-1", "nodes", "owner", "online", NOW, NOW)))
    apps = dict.fromkeys(("app-1", "node-1", "nobody"), row(1, 1))

    known = known_so_far(tools_over(store), Report(BOOTS[0], 1, AT, AT + 300, apps))

    assert known == {"app-1": Taken("owner-of-app-1", -1, NOTHING)}


def test_nothing_sent_is_no_usage_and_nothing_new_is_no_write() -> None:
    store = stored(FakeRecords(), "app-1")
    tools = tools_over(store)
    first = Report(BOOTS[0], 1, AT, AT + 300, {"app-1": row(1, 0)})

    delivered(tools, first)
    with mock.patch.object(store, "commit") as written:
        delivered(tools, Report(BOOTS[0], 2, AT + 300, AT + 600, first.apps))

    assert not written.called
    assert store.outbox == {}
    assert len(store.parts["app-1"]) == 1


def test_counter_that_falls_counts_as_nothing_and_goes_on_from_there() -> None:
    """As none does, unless somebody sends what is wrong."""
    store = stored(FakeRecords(), "app-1")
    tools = tools_over(store)

    for sequence, sent in enumerate((1000, 400, 700), 1):
        delivered(tools, Report(BOOTS[0], sequence, AT, AT + 300, {"app-1": row(sequence, sent)}))

    assert sum(one.quantity for one in store.outbox.values()) * GIGABYTE == pytest.approx(1300)


def test_report_that_is_never_alone_comes_again() -> None:
    store = stored(FakeRecords(), "app-1")
    report = Report(BOOTS[0], 9, AT, AT + 300, {"app-1": row(1, 10)})
    before = known_so_far(tools_over(store), report)["app-1"]
    delivered(tools_over(store), Report(BOOTS[0], 1, AT, AT + 300, {"app-1": row(1, 5)}))

    with (
        mock.patch.object(FakeTraffic, "taken", return_value={"app-1": before}),
        pytest.raises(Contended),
    ):
        take(tools_over(store), report, "app-1", before)


def test_clock_that_is_ahead_tells_of_now() -> None:
    store = stored(FakeRecords(), "app-1")
    ahead = 2_000_000_000

    delivered(tools_over(store), Report(BOOTS[0], 1, ahead - 300, ahead, {"app-1": row(1, 10)}))

    [event] = store.outbox.values()
    assert event.at == NOW
    assert (event.event, event.resource_type) == ("bandwidth.gb", "deployment")
    assert event.metadata == {"bytes_out": "10", "bytes_in": "2", "requests": "1"}
