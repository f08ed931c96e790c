"""The timeline of a deployment's latest work."""

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
