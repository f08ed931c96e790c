"""The timeline of the latest work on apps, servers and orders of servers."""

from __future__ import annotations

from chalicelib.ports.records import TimelineStep
from chalicelib.runtime import wiring
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
    wiring.records().mark_error(server, 1, code="no_capacity", detail="None left", step="X")
    things.put(server, status="failed", clear_work=True)

    shown = here.call("GET", f"/cloud_provisions/{server}/timeline", user=owner).attributes

    assert (shown["kind"], shown["state"]) == ("provision", "failed")
    assert (shown["error_code"], shown["error_detail"]) == ("no_capacity", "None left")


def test_check_in_hand_shows_its_steps(here: Checked, owner: str) -> None:
    node = things.brought(here, owner)

    shown = here.call("GET", f"/nodes/{node}/timeline", user=owner)

    assert shown.body["data"]["type"] == "timelines"
    assert (shown.attributes["kind"], shown.attributes["state"]) == ("check", "running")
    assert [step["name"] for step in shown.attributes["steps"]] == ["ReachNode", "MeasureNode"]


def test_node_that_was_never_checked_has_an_empty_story(here: Checked, owner: str) -> None:
    shown = here.call("GET", f"/nodes/{things.node(owner)}/timeline", user=owner)

    assert (shown.attributes["kind"], shown.attributes["steps"]) == (None, [])
