"""An app that crashes while it runs: told, proven, failed, and started again from there."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import boto3
import pytest

from chalicelib.domain.health import ending
from chalicelib.runtime import wiring
from functions.events.watch import look_at_node
from tests.factories import deployment, settled, template
from tests.permissions import watched_as
from tests.world import World

MINUTE = 60.0
LATER = 15.0
WITH_A_JOB = """\
services:
  migrate:
    image: redis:7-alpine
    restart: "no"
  web:
    image: nginx:alpine
    ports: ["80"]
    depends_on: {migrate: {condition: service_completed_successfully}}
"""


def running(here: World, **changes: Any) -> str:
    app = deployment(here, **changes)
    assert here.call("POST", f"/deployments/{app}/start").status == 200
    assert settled(here, "deployments", app)["status"] == "running"
    return app


def look(here: World, app: str, seconds: float) -> dict[str, Any]:
    """Look at the app's node some seconds later, under the eyes of the consumer's role."""
    here.skew += seconds
    node = here.call("GET", f"/deployments/{app}").attributes["node_id"]
    message = {"messageId": "1", "body": json.dumps({"node": node, "due": wiring.now()})}
    with watched_as("look_at_node", look_at_node.handler.declarations[0]):
        look_at_node.handler({"Records": [message]}, None)
    return here.call("GET", f"/deployments/{app}").attributes


def turns(here: World, app: str, service: str, **changes: Any) -> None:
    seen = here.node.engine.running
    seen[app, service] = replace(seen[app, service], **changes)


def usage(app: str) -> list[str]:
    items = boto3.client("dynamodb").scan(TableName="test-money")["Items"]
    mine = [one for one in items if one.get("resource", {}).get("S") == app]
    return [one["event"]["S"] for one in sorted(mine, key=lambda one: one["sort"]["S"])]


def test_crash_fails_the_app_which_a_start_brings_back(here: World) -> None:
    app = running(here)
    assert look(here, app, MINUTE)["health"] == "healthy"
    turns(here, app, "web", status="exited", exit_code=137)

    doubted = look(here, app, MINUTE)
    failed = look(here, app, LATER)

    assert (doubted["status"], doubted["health"]) == ("running", "degraded")
    assert (failed["status"], failed["error_code"]) == ("failed", "container_exited")
    assert "last words of web" in failed["error_message"]
    assert here.node.engine.running[app, "db"].status == "running"
    again = here.call("POST", f"/deployments/{app}/start")
    assert again.status == 200
    back = settled(here, "deployments", app)
    assert (back["status"], back["health"], back["error_message"]) == ("running", "healthy", None)
    assert look(here, app, MINUTE)["status"] == "running"
    assert usage(app) == [
        "deployment.created",
        "deployment.started",
        "deployment.stopped",
        "deployment.started",
    ]


def test_events_say_what_happened_in_plain_words(here: World) -> None:
    app = running(here)
    turns(here, app, "web", status="exited", exit_code=137)
    look(here, app, MINUTE)
    look(here, app, LATER)

    events = here.call("GET", f"/deployments/{app}/monitoring/events").attributes["events"]
    told = {one["type"]: (one["container"], one["message"]) for one in events}

    assert told["container_died"] == ("web", f"Not running any more: web {ending(137)}")
    assert told["health_degraded"] == (None, "Degraded: web has ended")
    assert told["failed"][1].startswith(f"Failed: web {ending(137)}.")


def test_start_that_fails_leaves_nothing_to_be_healthy(here: World) -> None:
    app = running(here)
    turns(here, app, "web", status="exited", exit_code=1)
    look(here, app, MINUTE)
    assert look(here, app, LATER)["health"] == "degraded"
    here.node.engine.behaviour["web"] = {"status": "exited", "exit_code": 3}

    here.call("POST", f"/deployments/{app}/start")

    done = settled(here, "deployments", app)
    assert (done["status"], done["health"]) == ("failed", "unknown")


@pytest.mark.parametrize("verb", ["stop", "restart"])
def test_work_clears_what_was_doubted_before(here: World, verb: str) -> None:
    app = running(here)
    turns(here, app, "web", status="exited", exit_code=1)
    look(here, app, MINUTE)

    assert here.call("POST", f"/deployments/{app}/{verb}").status == 200
    after = settled(here, "deployments", app)

    expected = {"stop": ("stopped", "unknown"), "restart": ("running", "healthy")}[verb]
    assert (after["status"], after["health"]) == expected
    looked = look(here, app, LATER)
    assert (looked["status"], looked["health"]) == expected


def test_job_that_completed_is_no_crash(here: World) -> None:
    job = {"status": "exited", "exit_code": 0, "completes": True}
    here.node.engine.behaviour["migrate"] = job
    given = template(here, name="With a job", compose_spec=WITH_A_JOB, variables=[])
    app = running(here, template_id=given)

    looks = [look(here, app, MINUTE) for _ in range(3)]

    assert {(one["status"], one["health"]) for one in looks} == {("running", "healthy")}


def test_failed_app_is_removed_with_everything_that_stands(here: World) -> None:
    app = running(here)
    turns(here, app, "web", status="dead", exit_code=255)
    look(here, app, MINUTE)
    assert look(here, app, LATER)["status"] == "failed"

    assert here.call("DELETE", f"/deployments/{app}").status == 204

    assert here.node.engine.remains(app) == ()
    assert usage(app)[-1] == "deployment.deleted"
