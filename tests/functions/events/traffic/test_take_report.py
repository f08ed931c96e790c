"""What reports of the proxies come to: the history, the metering, and what is told of failures."""

from __future__ import annotations

import json
import secrets
from typing import Any
from unittest import mock

import boto3
import pytest

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.domain import clock
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.traffic import LATENCY_BOUNDS_MS
from chalicelib.ports.records import TakeTraffic, Write
from chalicelib.runtime import wiring
from functions.events.traffic import take_report
from tests.functions import things
from tests.functions.asked import asked_of_dynamodb
from tests.functions.checks import Checked
from tests.permissions import watched_as

Apps = dict[str, list[int]]


@pytest.fixture
def boot() -> str:
    return secrets.token_hex(16)


def present() -> int:
    return clock.seconds_of(wiring.now())


def row(requests: int, received: int, sent: int) -> list[int]:
    """Counters of requests that were all answered with 200 in a few milliseconds."""
    return [requests, received, sent, 0, requests, 0, 0, 0, requests, *(0,) * 11]


def report(boot: str, sequence: int, apps: Apps, at: int | None = None) -> dict[str, Any]:
    at = at or present()
    return {
        "boot": boot,
        "sequence": sequence,
        "since": at - 300,
        "at": at,
        "bounds_ms": list(LATENCY_BOUNDS_MS),
        "apps": apps,
    }


def deliver(*messages: Any) -> list[str]:
    """Hand messages to the consumer in one call; returns the ids of those that come again."""
    bodies = [one if isinstance(one, str) else json.dumps(one) for one in messages]
    records = [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]
    with watched_as("take_report", take_report.handler.declarations[0]):
        answer = take_report.handler({"Records": records}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def events_of(app: str) -> list[dict[str, Any]]:
    items = boto3.client("dynamodb").scan(TableName="test-money")["Items"]
    told = [one for one in items if one.get("resource") == {"S": app}]
    return [one for one in told if one["event"]["S"] == "bandwidth.gb"]


def history_of(app: str) -> list[tuple[int, int]]:
    """Requests and bytes out of each part that was kept."""
    now = present()
    parts = wiring.traffic().parts(app, since=now - 7200, until=now)
    return [(one.traffic.requests, one.traffic.bytes_out) for one in parts]


def test_report_is_counted_in_one_transaction_for_each_app(
    here: Checked, owner: str, boot: str
) -> None:
    one, two = things.deployment(here, owner), things.deployment(here, owner)
    first = report(boot, 1, {one: row(3, 600, 1_234_567), two: row(1, 200, 10)})

    with asked_of_dynamodb() as asked:
        assert deliver(first) == []

    assert sorted(asked) == ["BatchGetItem", "BatchGetItem", *["TransactWriteItems"] * 2]
    [event] = events_of(one)
    assert event["user"] == {"S": owner}
    assert event["resource_type"] == {"S": "deployment"}
    assert event["quantity"] == {"N": "0.001234567"}
    assert event["metadata"]["M"]["bytes_in"] == {"S": "600"}
    assert history_of(one) == [(3, 1_234_567)]
    assert [item["quantity"]["N"] for item in events_of(two)] == ["1e-08"]


def test_only_what_is_new_counts_and_an_old_one_does_not(
    here: Checked, owner: str, boot: str
) -> None:
    app, now = things.deployment(here, owner), present()
    reports = [
        report(boot, number, {app: row(number, 100 * number, 1000 * number)}, now - 100 + number)
        for number in (1, 2, 3, 4)
    ]

    for one in (reports[1], reports[0], reports[1], reports[3], reports[2], reports[3]):
        assert deliver(one) == []

    assert history_of(app) == [(2, 2000), (2, 2000)]
    assert [item["quantity"]["N"] for item in events_of(app)] == ["2e-06", "2e-06"]


def test_second_report_reads_no_record(here: Checked, owner: str, boot: str) -> None:
    app = things.deployment(here, owner)
    deliver(report(boot, 1, {app: row(1, 1, 1)}))

    with asked_of_dynamodb() as asked:
        deliver(report(boot, 2, {app: row(2, 2, 2)}))
        deliver(report(boot, 3, {app: row(2, 2, 2)}))

    assert asked == ["BatchGetItem", "TransactWriteItems", "BatchGetItem"]


def test_two_proxies_count_beside_each_other(here: Checked, owner: str) -> None:
    app, at = things.deployment(here, owner), present()

    for _ in range(2):
        deliver(report(secrets.token_hex(16), 1, {app: row(5, 5, 500)}, at))

    assert history_of(app) == [(5, 500), (5, 500)]
    assert len(events_of(app)) == 2


def test_app_that_was_deleted_meanwhile_still_counts(here: Checked, owner: str, boot: str) -> None:
    app = things.deployment(here, owner)
    things.put(app, status="deleted", bury=True)

    assert deliver(report(boot, 1, {app: row(1, 1, 700)})) == []

    assert [item["user"]["S"] for item in events_of(app)] == [owner]


def test_unknown_app_is_left_out_and_the_others_count(here: Checked, owner: str, boot: str) -> None:
    app, unknown = things.deployment(here, owner), secrets.token_hex(8)

    assert deliver(report(boot, 1, {app: row(1, 1, 7), unknown: row(1, 1, 7)})) == []

    assert (len(events_of(app)), events_of(unknown), history_of(unknown)) == (1, [], [])


def test_empty_report_says_that_a_proxy_lives(here: Checked, boot: str) -> None:
    with mock.patch.object(take_report, "count") as counted:
        assert deliver(report(boot, 1, {})) == []

    counted.assert_called_once_with(TrafficReports=1, UnknownApps=0)


def test_what_cannot_be_read_or_written_comes_again_and_keeps_no_other_back(
    here: Checked, owner: str, boot: str
) -> None:
    good, bad = things.deployment(here, owner), things.deployment(here, owner)
    both = report(boot, 1, {good: row(1, 1, 10), bad: row(1, 1, 10)})
    commit = DynamoRecords.commit

    def failing(store: DynamoRecords, *writes: Write) -> None:
        if any(isinstance(one, TakeTraffic) and one.app == bad for one in writes):
            raise Unavailable("Not now.")
        commit(store, *writes)

    with mock.patch.object(DynamoRecords, "commit", failing):
        assert deliver("no report", both, report(secrets.token_hex(16), 1, {})) == ["0", "1"]
    assert (len(events_of(good)), len(events_of(bad))) == (1, 0)

    assert deliver(both) == []
    assert (len(events_of(good)), len(events_of(bad))) == (1, 1)


def test_fault_of_one_app_and_a_store_that_is_away_are_tried_again(
    here: Checked, owner: str, boot: str
) -> None:
    app = things.deployment(here, owner)
    one = report(boot, 1, {app: row(1, 1, 10)})

    with mock.patch.object(take_report, "take", side_effect=KeyError("a fault")):
        assert deliver(one) == ["0"]
    with mock.patch.object(take_report, "known_so_far", side_effect=Unavailable("Not now.")):
        assert deliver(one) == ["0"]

    assert events_of(app) == []
