"""The sweep for lost work."""

from __future__ import annotations

from unittest import mock

import boto3
import pytest

from chalicelib.domain.errors import Unavailable
from chalicelib.ports.records import Work
from chalicelib.ports.workflows import ExecutionState
from chalicelib.runtime import wiring
from functions.schedules import resume_work
from tests.functions import things
from tests.functions.checks import Checked


@pytest.fixture(autouse=True)
def _nothing_else_in_hand(here: Checked) -> None:
    for record in wiring.records().working(limit=10_000):
        things.put(record.id, clear_work=True)


def sweep(here: Checked, later: float = 60) -> dict[str, int]:
    here.world.skew = later
    return resume_work.handler({}, None)


def work_of(app: str):
    record = wiring.records().get(app)
    assert record is not None
    return record.work


def test_work_that_never_started_is_started(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    here.workflows.away = True
    here.call("POST", f"/deployments/{app}/start", user=owner)
    here.workflows.away = False

    sweep(here)

    assert (app, "deploy") in here.workflows.started
    assert work_of(app).attempt == 1


def test_fresh_work_is_left_alone(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    here.workflows.away = True
    here.call("POST", f"/deployments/{app}/start", user=owner)
    here.workflows.away = False

    sweep(here, later=5)

    assert (app, "deploy") not in here.workflows.started


def test_work_that_ended_without_a_word_is_tried_three_times_then_failed(
    here: Checked, owner: str
) -> None:
    app = things.deployment(here, owner)
    here.call("POST", f"/deployments/{app}/start", user=owner)

    for attempt in (2, 3):
        here.workflows.executions[work_of(app).execution] = "failed"
        sweep(here)
        assert work_of(app).execution == f"{app}-e1-g1-a{attempt}"
    here.workflows.executions[work_of(app).execution] = "failed"
    sweep(here)

    shown = here.call("GET", f"/deployments/{app}", user=owner).attributes
    assert (shown["status"], shown["error_code"], shown["work"]) == ("failed", "work_lost", None)
    assert here.workflows.started.count((app, "deploy")) == 3


def test_app_whose_work_is_lost_leads_nobody_anywhere(here: Checked, owner: str) -> None:
    host = {"hostname": "lost.apps.test", "type": "auto", "status": "verified"}
    routed = {"proxy_port": 30_001, "domains": [host]}
    app = things.put(things.deployment(here, owner), status="running", attributes=routed)
    work = Work("restart", app.generation, f"{app.id}-e1-a3", wiring.now(), attempt=3)
    things.put(app.id, set_work=work)
    here.workflows.executions[work.execution] = "failed"

    sweep(here)

    routes = boto3.client("dynamodb").scan(TableName="test-routes")["Items"]
    [route] = [one for one in routes if one["host"]["S"] == host["hostname"]]
    assert (route["state"]["S"], route["address"]["S"]) == ("failed", "")


@pytest.mark.parametrize("error", [Unavailable("away"), KeyError("unexpected")])
def test_work_that_cannot_be_recovered_keeps_no_other_waiting(
    here: Checked, owner: str, error: Exception
) -> None:
    here.workflows.away = True
    apps = [things.deployment(here, owner) for _ in range(2)]
    for app in apps:
        here.call("POST", f"/deployments/{app}/start", user=owner)
    here.workflows.away = False
    state = here.workflows.state

    def broken(work: Work) -> ExecutionState:
        if apps[0] in work.execution:
            raise error
        return state(work)

    with mock.patch.object(here.workflows, "state", broken):
        done = sweep(here)

    assert done == {"not_recovered": 1, "started": 1}
    assert here.workflows.started == [(apps[1], "deploy")]
