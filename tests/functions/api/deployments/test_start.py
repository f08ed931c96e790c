"""Starting deployments."""

from __future__ import annotations

import pytest

from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked


@pytest.mark.parametrize(
    ("status", "becomes"),
    [("pending", "scheduled"), ("stopped", "starting"), ("failed", "starting")],
)
def test_start_is_work_with_an_execution_of_its_own(
    here: Checked, owner: str, status: str, becomes: str
) -> None:
    app = things.deployment(here, owner)
    things.put(app, status=status, attributes={"error_code": "unhealthy", "error_message": "why"})

    reply = here.call("POST", f"/deployments/{app}/start", user=owner)

    shown = reply.attributes
    assert (reply.status, shown["status"], shown["generation"]) == (200, becomes, 1)
    assert shown["work"]["kind"] == "deploy"
    assert shown["work"]["execution"] == f"{app}-e1-g1-a1"
    assert (shown["error_code"], shown["error_message"]) == (None, None)
    assert here.workflows.started == [(app, "deploy")]
    read = here.call("GET", f"/deployments/{app}", user=owner)
    assert read.headers["ETag"] == reply.headers["ETag"]
    assert {**read.attributes, "updated_at": ""} == {**shown, "updated_at": ""}


@pytest.mark.parametrize("status", ["scheduled", "starting", "running", "stopping", "deleting"])
def test_start_in_another_state_is_refused(here: Checked, owner: str, status: str) -> None:
    app = things.deployment(here, owner)
    things.put(app, status=status)

    reply = here.call("POST", f"/deployments/{app}/start", user=owner)

    assert (reply.status, reply.codes) == (409, ["wrong_state"])
    assert status in reply.body["errors"][0]["detail"]
    assert here.workflows.started == []


@pytest.mark.parametrize("action", ["POST start", "POST stop", "DELETE "])
def test_second_work_is_refused_and_the_first_is_named(
    here: Checked, owner: str, action: str
) -> None:
    app = things.deployment(here, owner)
    here.call("POST", f"/deployments/{app}/start", user=owner)
    method, _, verb = action.partition(" ")

    reply = here.call(method, f"/deployments/{app}/{verb}".rstrip("/"), user=owner)

    assert (reply.status, reply.codes) == (409, ["work_in_progress"])
    assert reply.body["errors"][0]["detail"].startswith("deploy is in progress since ")
    assert here.workflows.started == [(app, "deploy")]


def test_work_that_could_not_be_started_is_recorded_for_the_sweep(
    here: Checked, owner: str
) -> None:
    app = things.deployment(here, owner)
    here.workflows.away = True

    reply = here.call("POST", f"/deployments/{app}/start", user=owner)

    assert (reply.status, reply.attributes["work"]["kind"]) == (200, "deploy")
    assert app in [record.id for record in wiring.records().working(limit=1000)]


def test_best_of_the_owners_nodes_is_chosen(here: Checked, owner: str, stranger: str) -> None:
    things.node(owner, status="offline")
    things.node(stranger)
    node = things.node(owner)
    app = things.deployment(here, owner, node_id=None)

    reply = here.call("POST", f"/deployments/{app}/start", user=owner)

    assert reply.attributes["node_id"] == node


def test_start_without_any_node_says_what_to_do(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner, node_id=None)

    reply = here.call("POST", f"/deployments/{app}/start", user=owner)

    assert (reply.status, reply.codes) == (409, ["no_node"])
    assert "Add a server" in reply.body["errors"][0]["detail"]
