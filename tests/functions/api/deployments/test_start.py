"""Starting deployments."""

from __future__ import annotations

import json

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


def test_automatic_choice_goes_to_public_nodes_only_when_they_are_allowed(
    here: Checked, owner: str, stranger: str
) -> None:
    public = things.node(stranger, public=True)
    template = things.published(here, owner)
    kept = things.deployment(here, owner, template_id=template, node_id=None)
    open_to_all = things.deployment(
        here, owner, template_id=template, node_id=None, allow_public_nodes=True
    )

    refused = here.call("POST", f"/deployments/{kept}/start", user=owner)
    placed = here.call("POST", f"/deployments/{open_to_all}/start", user=owner)

    assert (refused.status, refused.codes) == (409, ["no_node"])
    assert placed.attributes["node_id"] == public
    assert "can read everything" in placed.body["meta"]["notice"]


def test_automatic_choice_prefers_own_nodes_and_needs_room(
    here: Checked, owner: str, stranger: str
) -> None:
    things.node(stranger, public=True)
    things.node(stranger, public=True, status="maintenance")
    own, full = things.node(owner), things.node(owner)
    things.give_away(full, disk=51200)
    template = things.published(here, owner, resources_disk_mb=100)
    app = things.deployment(
        here, owner, template_id=template, node_id=None, allow_public_nodes=True
    )

    reply = here.call("POST", f"/deployments/{app}/start", user=owner)

    assert reply.attributes["node_id"] == own
    assert "meta" not in reply.body


def test_whoever_uses_somebody_elses_server_is_told_at_create_and_start(
    here: Checked, owner: str, stranger: str
) -> None:
    node = things.node(stranger, public=True)
    given = {
        "name": "my app",
        "template_id": things.published(here, owner),
        "node_id": node,
        "allow_public_nodes": True,
    }

    made = here.call("POST", "/deployments", given, user=owner)
    started = here.call("POST", f"/deployments/{made.id}/start", user=owner)
    refused = here.call("POST", "/deployments", given | {"allow_public_nodes": False}, user=owner)

    for reply in (made, started):
        assert "whoever owns it can read everything that runs on it" in reply.body["meta"]["notice"]
    assert (refused.status, refused.codes) == (409, ["public_node_not_allowed"])


def test_node_that_is_no_longer_public_is_not_used_again(
    here: Checked, owner: str, stranger: str
) -> None:
    node = things.node(stranger, public=True)
    app = things.deployment(here, owner, node_id=node, allow_public_nodes=True)
    things.put(node, public=False)

    reply = here.call("POST", f"/deployments/{app}/start", user=owner)

    assert (reply.status, reply.codes) == (409, ["no_node"])


def plan(*allowed: str) -> dict[str, str]:
    """The gateway's header of a plan that allows capabilities, without any other bound."""
    unbounded = dict.fromkeys(
        ("max_deployments", "max_cpu_cores", "max_memory_mb", "max_disk_mb"), -1
    )
    return {"X-Plan-Limits": json.dumps({**unbounded, "allowed_capabilities": allowed})}


@pytest.mark.parametrize("named", [True, False], ids=["named", "chosen"])
def test_node_has_a_capability_that_the_plan_allows(
    here: Checked, owner: str, *, named: bool
) -> None:
    node = things.node(owner)
    things.put(node, attributes={"capabilities": ["gpu"]})
    app = things.deployment(here, owner, node_id=node if named else None)
    path = f"/deployments/{app}/start"

    refused = here.call("POST", path, user=owner, headers=plan("standard", "ssd"))
    started = here.call("POST", path, user=owner, headers=plan("gpu"))

    assert (refused.status, refused.codes) == (409, ["capability_not_allowed"])
    assert "allows servers with ssd, standard" in refused.body["errors"][0]["detail"]
    assert (started.status, started.attributes["node_id"]) == (200, node)


def test_app_that_needs_what_the_plan_no_longer_allows_does_not_start(
    here: Checked, owner: str
) -> None:
    node = things.node(owner)
    things.put(node, attributes={"capabilities": ["gpu", "standard"]})
    template = things.published(here, owner, required_capabilities=["gpu"])
    app = things.deployment(here, owner, template_id=template, node_id=node)

    refused = here.call("POST", f"/deployments/{app}/start", user=owner, headers=plan("standard"))

    assert (refused.status, refused.codes) == (403, ["plan_limit_exceeded"])


@pytest.mark.parametrize("named", [True, False], ids=["named", "chosen"])
def test_node_without_room_is_told_before_anything_begins(
    here: Checked, owner: str, *, named: bool
) -> None:
    node = things.node(owner)
    things.give_away(node, cpu=15.75, memory=1000)
    app = things.deployment(here, owner, node_id=node if named else None)

    refused = here.call("POST", f"/deployments/{app}/start", user=owner)

    assert (refused.status, refused.codes) == (409, ["node_full" if named else "no_room"])
    [error] = refused.body["errors"]
    assert "0.25 CPU cores, 7192 MB of memory and 51200 MB of disk" in error["detail"]
    assert "needs 0.5 CPU cores, 256 MB of memory and 0 MB of disk" in error["detail"]
    assert here.workflows.started == []


def test_choice_takes_the_node_of_which_most_stays_free(here: Checked, owner: str) -> None:
    roomy, small = things.node(owner), things.node(owner)
    things.put(small, attributes={"capacity_memory_mb": 4096})
    things.give_away(roomy, memory=7000)
    app = things.deployment(here, owner, node_id=None)

    started = here.call("POST", f"/deployments/{app}/start", user=owner)

    assert started.attributes["node_id"] == small


def test_servers_that_are_all_offline_are_named(here: Checked, owner: str) -> None:
    things.node(owner, status="offline")
    things.node(owner, status="maintenance")
    app = things.deployment(here, owner, node_id=None)

    refused = here.call("POST", f"/deployments/{app}/start", user=owner)

    assert (refused.status, refused.codes) == (409, ["no_node_online"])
    detail = refused.body["errors"][0]["detail"]
    assert "server-1 is offline" in detail
    assert "server-1 is in maintenance" in detail
