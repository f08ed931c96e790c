"""The timeline of the latest work on apps, servers and orders of servers."""

from __future__ import annotations

from unittest import mock

import pytest

from chalicelib.adapters.records.paces import DynamoPaces
from chalicelib.domain.errors import Unavailable
from chalicelib.ports.records import TimelineStep
from chalicelib.runtime import wiring
from chalicelib.services.work.timelines import STORIES
from chalicelib.services.work.work import end_work
from tests.functions import things
from tests.functions.checks import Checked


def test_app_without_any_work_has_an_empty_story(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)

    reply = here.call("GET", f"/deployments/{app}/timeline", user=owner)

    assert reply.body["data"]["type"] == "timelines"
    assert reply.attributes["steps"] == []
    assert (reply.attributes["kind"], reply.attributes["state"]) == (None, "waiting")


def test_every_step_is_shown_with_its_state(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    here.call("POST", f"/deployments/{app}/start", user=owner)
    now, records = wiring.now(), wiring.records()
    records.mark_step(app, 1, TimelineStep("PlaceDeployment", "done", now, now))
    progress = {"done": 1, "total": 2, "unit": "images"}
    records.mark_step(app, 1, TimelineStep("PullImages", "running", now, None, "Pulling", progress))

    shown = here.call("GET", f"/deployments/{app}/timeline", user=owner).attributes

    assert (shown["kind"], shown["generation"], shown["state"]) == ("deploy", 1, "running")
    assert shown["execution"] == f"{app}-e1-g1-a1"
    states = {step["name"]: step["state"] for step in shown["steps"]}
    assert list(states)[:3] == ["PlaceDeployment", "PrepareNode", "PullImages"]
    assert (states["PlaceDeployment"], states["PullImages"]) == ("done", "running")
    assert set(list(states.values())[3:]) == {"waiting"}
    pulling = shown["steps"][2]
    assert (pulling["message"], pulling["progress"]) == ("Pulling", progress)
    assert pulling.keys() == {
        "name",
        "state",
        "started_at",
        "ended_at",
        "usual_seconds",
        "message",
        "progress",
    }


def test_failure_is_told_with_its_reason(here: Checked, owner: str) -> None:
    server = things.provision(here, owner)
    at = wiring.now()
    refused = TimelineStep("CreateServer", "failed", at, at, "None left", code="no_capacity")
    wiring.records().mark_step(server, 1, refused)
    things.put(server, status="failed", clear_work=True)

    shown = here.call("GET", f"/cloud_provisions/{server}/timeline", user=owner).attributes

    assert (shown["kind"], shown["state"]) == ("provision", "failed")
    assert (shown["error_code"], shown["error_detail"]) == ("no_capacity", "None left")


def test_check_in_hand_shows_its_steps(here: Checked, owner: str) -> None:
    node = things.brought(here, owner)

    shown = here.call("GET", f"/nodes/{node}/timeline", user=owner)

    assert shown.body["data"]["type"] == "timelines"
    assert (shown.attributes["kind"], shown.attributes["state"]) == ("check", "running")
    assert [step["name"] for step in shown.attributes["steps"]] == [
        "ReachNode",
        "OpenDoor",
        "MeasureNode",
    ]


def test_node_that_was_never_checked_has_an_empty_story(here: Checked, owner: str) -> None:
    shown = here.call("GET", f"/nodes/{things.node(owner)}/timeline", user=owner)

    assert (shown.attributes["kind"], shown.attributes["steps"]) == (None, [])


def ran(here: Checked, owner: str, template: str, *, error: str = "") -> str:
    """An app of a template whose start took 40 s to pull, and ended well or not."""
    app = things.deployment(here, owner, template_id=template)
    here.call("POST", f"/deployments/{app}/start", user=owner)
    records = wiring.records()
    begun, ended = "2026-02-15T10:00:00.000Z", "2026-02-15T10:00:40.000Z"
    records.mark_step(app, 1, TimelineStep("PullImages", "done", begun, ended))
    if error:
        at = wiring.now()
        records.mark_step(
            app, 1, TimelineStep("AwaitHealthy", "failed", at, at, "It failed.", code=error)
        )
    record = records.get(app)
    assert record is not None
    end_work(wiring, record, status="running")
    return app


def usual(here: Checked, owner: str, template: str) -> dict[str, float]:
    """What the steps of a start that has just begun usually take."""
    app = things.deployment(here, owner, template_id=template)
    here.call("POST", f"/deployments/{app}/start", user=owner)
    shown = here.call("GET", f"/deployments/{app}/timeline", user=owner).attributes
    return {step["name"]: step["usual_seconds"] for step in shown["steps"]}


def test_earlier_work_of_the_template_tells_how_long_steps_take(here: Checked, owner: str) -> None:
    template, other = (things.published(here, owner) for _ in range(2))
    ran(here, owner, template)

    assert usual(here, owner, template) == dict(STORIES["deploy"]) | {"PullImages": 40.0}
    assert usual(here, owner, other) == dict(STORIES["deploy"])


@pytest.mark.parametrize("error", ["cancelled", "unhealthy"])
def test_work_that_did_not_go_well_teaches_nothing(here: Checked, owner: str, error: str) -> None:
    template = things.published(here, owner)
    ran(here, owner, template, error=error)

    assert usual(here, owner, template) == dict(STORIES["deploy"])


def test_what_is_left_shrinks_and_ends(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    here.call("POST", f"/deployments/{app}/start", user=owner)
    path = f"/deployments/{app}/timeline"
    whole = here.call("GET", path, user=owner).attributes["remaining_seconds"]
    now = wiring.now()
    wiring.records().mark_step(app, 1, TimelineStep("PullImages", "done", now, now))
    less = here.call("GET", path, user=owner).attributes["remaining_seconds"]
    things.put(app, status="running", clear_work=True)

    ended = here.call("GET", path, user=owner).attributes

    assert whole == sum(seconds for _, seconds in STORIES["deploy"])
    assert less == pytest.approx(whole - 20)
    assert (ended["state"], ended["remaining_seconds"]) == ("done", None)


def test_estimates_that_cannot_be_read_or_written_hinder_nothing(here: Checked, owner: str) -> None:
    template = things.published(here, owner)

    with (
        mock.patch.object(DynamoPaces, "of", side_effect=Unavailable("Not now.")),
        mock.patch.object(DynamoPaces, "keep", side_effect=Unavailable("Not now.")),
    ):
        app = ran(here, owner, template)

        assert usual(here, owner, template) == dict(STORIES["deploy"])
    shown = here.call("GET", f"/deployments/{app}", user=owner)
    assert (shown.attributes["status"], shown.attributes["work"]) == ("running", None)
