"""What looks measure: samples, quarters of an hour, and what follows from full disks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from unittest import mock

import boto3
import pytest

from chalicelib.adapters.records.metrics import DynamoMetrics
from chalicelib.domain import clock
from chalicelib.domain.errors import (
    CommandFailed,
    Contended,
    HostUnreachable,
    NotReady,
    ProductError,
)
from chalicelib.domain.metrics import WHOLE, Sample
from chalicelib.ports.insight import AppDisk, Counters
from chalicelib.runtime import wiring
from functions.steps.stop import finish_stop
from tests.functions.asked import asked_of_dynamodb
from tests.functions.checks import Checked
from tests.functions.looks import App, app_on, asked, look, node_of

IDLE = Counters(0, 50_000_000, 268_435_456, 0, 0, 0, 0, 5)
MINUTE = 60.0


@pytest.fixture
def app(here: Checked, owner: str) -> App:
    asked()
    return sized(here, owner)


def sized(here: Checked, owner: str, size_mb: int = 1000, host: str = "10.77.0.9") -> App:
    """An app of one service that runs on a node of its own."""
    made = app_on(here.world.node, node_of(owner, host), owner)
    table = wiring.tables_of_installation().resources
    table(made.id).update(
        actions=[
            table.data["resources_disk_mb"].set(size_mb),
            table.data["started_at"].set(wiring.now()),
        ]
    )
    made.turns(id=f"c-{made.id}", cpu_limit=0.5)
    shows(made, IDLE)
    return made


def shows(app: App, counters: Counters) -> None:
    app.node.insight.counters[f"c-{app.id}"] = counters


def takes(app: App, megabytes: int) -> None:
    """Let a measurement of this moment find so much."""
    app.node.insight.disks[app.id] = AppDisk(megabytes * 1024, wiring.now())


def look_later(here: Checked, app: App, seconds: float = MINUTE) -> None:
    here.world.skew += seconds
    look(app.node_id)


def look_at_disk(here: Checked, app: App, megabytes: int, seconds: float = MINUTE) -> None:
    here.world.skew += seconds
    takes(app, megabytes)
    look(app.node_id)


def samples_of(app: App) -> tuple[Sample, ...]:
    now = clock.seconds_of(wiring.now())
    return wiring.metrics().samples(app.id, since=now - 86_400, until=now + 1)


def at_quarter(here: Checked, second: int = 0) -> int:
    """Go on to the next beginning of a quarter of an hour, and tell it; time stands still there."""
    here.world.readings.stand_still()
    now = clock.seconds_of(wiring.now())
    quarter = now + 900 - now % 900
    here.world.skew += quarter + second - now
    return quarter


def test_look_keeps_one_sample_of_each_app(here: Checked, app: App, owner: str) -> None:
    other = sized(here, owner, host="10.77.0.9")
    table = wiring.tables_of_installation().resources
    table(other.id).update(actions=[table.node.set(app.node_id)])
    takes(app, 300)
    begun = clock.seconds_of(wiring.now())

    look(app.node_id)

    [sample], [beside] = samples_of(app), samples_of(other)
    [reading] = sample.readings
    assert begun <= sample.at <= clock.seconds_of(wiring.now())
    assert (sample.disk_kb, beside.disk_kb) == (300 * 1024, None)
    assert (reading.service, reading.cpu_limit, reading.pids) == ("web", 500, 5)
    assert (reading.memory_kb, reading.memory_limit_kb) == (48_828, 262_144)


def test_container_that_does_not_run_leaves_a_gap(here: Checked, app: App) -> None:
    app.turns(status="exited", exit_code=0)

    look(app.node_id)

    assert samples_of(app) == ()


def test_quarter_that_is_over_is_kept_for_a_month(here: Checked, app: App) -> None:
    quarter = at_quarter(here, 5)
    for minute in range(17):
        shows(app, replace(IDLE, tx_bytes=1000 * minute, cpu_nanoseconds=minute * 10**9))
        look_later(here, app, MINUTE if minute else 0)

    kept = wiring.metrics().slices(app.id, since=quarter - 900, until=quarter + 1800)

    [part] = kept
    assert part.at == quarter
    use = part.uses["web"]
    assert use.seconds == pytest.approx(14 * 60, abs=5)
    assert (use.tx_bytes, use.cpu_ms) == (14_000, 14_000)
    assert part.uses[WHOLE] == use


def test_quarter_is_kept_although_looks_were_lost_at_its_end(here: Checked, app: App) -> None:
    quarter = at_quarter(here, 5)
    for _ in range(3):
        look_later(here, app)
    look_later(here, app, 40 * MINUTE)

    [part] = wiring.metrics().slices(app.id, since=quarter, until=quarter + 1800)

    assert part.at == quarter
    assert part.uses["web"].seconds == pytest.approx(120, abs=5)


def test_minute_costs_one_write_an_app(here: Checked, app: App) -> None:
    at_quarter(here, 65)
    look(app.node_id)

    with asked_of_dynamodb() as asked_of:
        for _ in range(3):
            look_later(here, app)

    assert [name for name in asked_of if name not in {"Query", "GetItem"}] == ["UpdateItem"] * 3


@pytest.mark.parametrize("call", ["usage", "disk"])
@pytest.mark.parametrize(
    "error", [CommandFailed("no df"), HostUnreachable("gone"), NotReady("hangs")]
)
def test_look_that_cannot_measure_is_a_look_all_the_same(
    here: Checked, app: App, call: str, error: ProductError
) -> None:
    here.world.node.fails[call].append(error)
    app.turns(health="unhealthy")

    look(app.node_id)

    assert app.record.health == "unhealthy"
    assert samples_of(app) == ()
    look_later(here, app)
    assert len(samples_of(app)) == 1


def test_store_that_is_away_for_one_app_keeps_no_other_from_its_sample(
    here: Checked, app: App, owner: str
) -> None:
    other = sized(here, owner, host="10.77.0.9")
    table = wiring.tables_of_installation().resources
    table(other.id).update(actions=[table.node.set(app.node_id)])
    add = DynamoMetrics.add_sample

    def away(metrics: DynamoMetrics, deployment_id: str, sample: Sample) -> bool:
        if deployment_id == app.id:
            raise Contended("too many")
        return add(metrics, deployment_id, sample)

    with mock.patch.object(DynamoMetrics, "add_sample", away):
        look(app.node_id)

    assert (len(samples_of(app)), len(samples_of(other))) == (0, 1)


# Disk ------------------------------------------------------------------------------------------


def shown(here: Checked, app: App) -> dict[str, Any]:
    return here.call("GET", f"/deployments/{app.id}", user=app.record.owner).attributes


def test_what_an_app_takes_is_shown_and_little_changes_are_not_written(
    here: Checked, app: App
) -> None:
    look_at_disk(here, app, 300)
    before = app.record
    look_at_disk(here, app, 305)

    assert app.record == before
    assert shown(here, app)["disk_used_mb"] == 300
    look_at_disk(here, app, 310)
    assert shown(here, app)["disk_used_mb"] == 310


def test_disk_that_fills_is_told_once(here: Checked, app: App) -> None:
    for megabytes in (790, 810, 795, 900):
        look_at_disk(here, app, megabytes)

    assert app.told == ["disk_filling"]
    [event] = here.call(
        "GET", f"/deployments/{app.id}/monitoring/events", user=app.record.owner
    ).attributes["events"]
    assert event["message"].startswith("810 of 1000 MB of disk are taken")
    assert app.record.status == "running"


def test_disk_that_fills_is_measured_more_often(here: Checked, app: App) -> None:
    look_at_disk(here, app, 810)
    look_later(here, app)

    assert here.world.node.insight.rests == [300, 60]


def test_app_above_its_size_is_stopped_by_the_second_measurement(here: Checked, app: App) -> None:
    look_at_disk(here, app, 1100)
    look_later(here, app)
    assert app.record.status == "running", "the same measurement proves nothing new"

    look_at_disk(here, app, 1150)

    stopping = app.record
    assert (stopping.status, stopping.work and stopping.work.kind) == ("stopping", "stop")
    assert here.workflows.started == [(app.id, "stop")]
    assert app.told == ["disk_filling", "disk_full_stopped"]
    seen = shown(here, app)
    assert seen["error_code"] == "disk_full_stopped"
    assert seen["error_message"].startswith(
        "It took 1150 MB of its 1000 MB of disk and was stopped."
    )
    assert seen["disk_used_mb"] == 1150
    look_at_disk(here, app, 1150)
    assert here.workflows.started == [(app.id, "stop")]


def test_stopped_app_may_start_and_has_half_an_hour_to_make_room(here: Checked, app: App) -> None:
    for _ in range(2):
        look_at_disk(here, app, 1100)
    stopped(app)
    assert shown(here, app)["error_code"] == "disk_full_stopped", "it is still told why"

    started(here, app)
    for _ in range(29):
        look_at_disk(here, app, 1100)
    assert app.record.status == "running"
    look_at_disk(here, app, 1100)

    assert app.record.status == "stopping"
    assert app.told.count("disk_full_stopped") == 2


def test_room_that_was_made_ends_it(here: Checked, app: App) -> None:
    for _ in range(2):
        look_at_disk(here, app, 1100)
    stopped(app)
    started(here, app)

    look_at_disk(here, app, 700)
    look_at_disk(here, app, 1050, 60 * MINUTE)

    assert app.record.status == "running"
    assert app.told.count("disk_filling") == 2


def test_app_without_a_size_is_never_stopped(here: Checked, owner: str) -> None:
    app = sized(here, owner, 0)
    for _ in range(3):
        look_at_disk(here, app, 90_000)

    assert app.record.status == "running"
    assert app.told == []


def test_app_that_moved_on_is_left_alone(here: Checked, app: App) -> None:
    look_at_disk(here, app, 1100)
    usage = here.world.node.insight.usage

    def restarted(states: Any) -> Any:
        here.call("POST", f"/deployments/{app.id}/stop", user=app.record.owner)
        return usage(states)

    with mock.patch.object(here.world.node.insight, "usage", restarted):
        look_at_disk(here, app, 1100)

    assert app.told == ["disk_filling", "stop_begun"]
    assert app.record.attributes["error_code"] is None


def stopped(app: App) -> None:
    """Let the stop end."""
    work = app.record.work
    assert work is not None
    finish_stop.handler({"id": app.id, "generation": work.generation, "kind": "stop"}, None)
    assert app.record.status == "stopped"


def started(here: Checked, app: App) -> None:
    """Let it run again, as a start does."""
    here.world.skew += MINUTE
    table = wiring.tables_of_installation().resources
    table(app.id).update(
        actions=[
            table.status.set("running"),
            table.data["started_at"].set(wiring.now()),
            table.data["error_code"].set(None),
        ]
    )


# The node --------------------------------------------------------------------------------------


def node_events(app: App) -> list[str]:
    return [entry.name for entry in wiring.records().journal(app.node_id, limit=100)]


def test_node_shows_how_full_it_is_and_writes_only_changes(here: Checked, app: App) -> None:
    look(app.node_id)
    node = wiring.records().get(app.node_id)
    look_later(here, app)

    assert node is not None
    assert node.attributes["disk_used_percent"] == 40
    assert wiring.records().get(app.node_id) == node
    reply = here.call("GET", f"/nodes/{app.node_id}", user=node.owner)
    assert reply.attributes["disk_used_percent"] == 40


def test_node_that_fills_is_told_once_a_crossing(here: Checked, app: App) -> None:
    for percent in (89, 90, 93, 88, 91, 84, 90):
        here.world.node.insight.disk_percent = percent
        look_later(here, app)

    assert node_events(app) == ["node_disk_full", "node_disk_full"]
    kept = wiring.records().journal(app.node_id, limit=1)[0]
    assert kept.data == {"percent": 90}


def test_history_is_packed_small(here: Checked, app: App) -> None:
    """Five minutes of one service take one item far below the kilobyte that a write unit is."""
    at_quarter(here, 5)
    for _ in range(5):
        look_later(here, app, 50)

    query = boto3.client("dynamodb").query(
        TableName="test-journal",
        KeyConditionExpression="entity = :app",
        ExpressionAttributeValues={":app": {"S": app.id}},
    )

    [item] = query["Items"]
    assert sum(map(len, item["packed"]["BS"])) <= 5 * 30
