"""What accounts used is reported every minute, and counted where an alarm looks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest

from chalicelib.runtime import wiring
from functions.schedules import report_usage
from tests.fakes.meter import FakeMeter
from tests.functions import things
from tests.functions.checks import Checked


@pytest.fixture
def meter(here: Checked) -> Iterator[FakeMeter]:
    found = FakeMeter(wiring.now)
    with mock.patch.object(wiring, "meter", return_value=found):
        yield found


@pytest.fixture
def counted() -> Iterator[dict[str, int]]:
    found: dict[str, int] = {}
    with mock.patch.object(report_usage, "count", found.update):
        yield found


def run() -> dict[str, Any]:
    return report_usage.handler({}, None)


def told(owner: str, **asked: Any) -> list[tuple[str, str]]:
    page = wiring.outbox().told(owner, limit=100, **asked)
    return [(one.usage.event, one.status) for one in page.events]


def test_what_a_deployment_used_is_delivered(
    here: Checked, owner: str, meter: FakeMeter, counted: dict[str, int]
) -> None:
    app = things.deployment(here, owner)
    assert told(owner) == [("deployment.created", "undelivered")]

    said = run()

    assert said["outcome"] == "drained"
    assert [row.resource for row in meter.rows if row.user == owner] == [app]
    assert told(owner) == [("deployment.created", "delivered")]
    assert counted == {"UsageBacklogSeconds": 0, "RejectedUsage": 0}
    assert run()["delivered"] == 0


def test_what_is_refused_is_counted_and_kept(
    here: Checked, owner: str, meter: FakeMeter, counted: dict[str, int]
) -> None:
    things.deployment(here, owner)
    meter.nobodies = {owner}

    run()

    assert counted["RejectedUsage"] == 1
    assert told(owner, status="rejected") == [("deployment.created", "rejected")]


def test_backlog_is_counted_while_another_run_has_its_turn(
    here: Checked, owner: str, meter: FakeMeter, counted: dict[str, int]
) -> None:
    things.deployment(here, owner)
    run()
    things.deployment(here, owner)
    record = wiring.records().get("metering")
    assert record is not None
    things.put("metering", attributes={"held_until": "9999-12-31T23:59:59.000Z"})
    here.world.skew += 90_000

    said = run()
    things.put("metering", attributes={"held_until": ""})

    assert said["outcome"] == "busy"
    assert counted["UsageBacklogSeconds"] >= 90_000
    assert run()["delivered"] == 1


def test_events_wait_where_no_meter_is_configured(
    here: Checked, owner: str, counted: dict[str, int]
) -> None:
    things.deployment(here, owner)
    with mock.patch.object(report_usage.logger, "info") as said:
        assert run()["outcome"] == "off"
        run()

    assert said.call_count <= 1
    assert counted == {}
    assert told(owner) == [("deployment.created", "undelivered")]
