"""Apps that were changed at rest: nothing of the plan of before is there once they start."""

from __future__ import annotations

from typing import Any

from tests.factories import TWO_SERVICES, settled
from tests.functions import things
from tests.statemachines.deploys import start
from tests.statemachines.redeploys import NEW_DB, STATEFUL, images, redeployed, version
from tests.statemachines.test_failures import FOR_GOOD
from tests.statemachines.test_restart import app
from tests.statemachines.test_watch import look
from tests.world import World

__all__ = ["app"]

RENAMED = TWO_SERVICES.replace("db:", "store:")
WORKER = """\
  worker:
    image: busybox:1
    volumes: ["data:/data"]
"""
TWO_WRITERS = TWO_SERVICES.replace("  web:\n", f"{WORKER}  web:\n")


def changed(here: World, app: str, compose: str, number: str = "1.1.0") -> None:
    given = {"version": version(here, app, compose, number)}
    answer = here.call("POST", f"/deployments/{app}/redeploy", given)
    assert answer.status == 200, answer.body


def stopped(here: World, app: str) -> None:
    assert here.call("POST", f"/deployments/{app}/stop").status == 200
    assert settled(here, "deployments", app)["status"] == "stopped"


def given_up(app: str) -> None:
    """The watch has made it failed: what stands is left."""
    things.put(app, status="failed")


def up(here: World, app: str) -> dict[str, Any]:
    return {service: status for service, (_, status) in images(here, app).items()}


def test_service_that_the_plan_does_not_have_any_more_is_taken_away(here: World, app: str) -> None:
    stopped(here, app)
    changed(here, app, RENAMED)

    done = start(here, app)

    assert (done["status"], done["health"]) == ("running", "healthy")
    assert up(here, app) == {"store": "running", "web": "running"}
    assert [look(here, app, seconds)["status"] for seconds in (60.0, 15.0)] == ["running"] * 2


def test_volume_goes_to_a_renamed_service_once_the_old_one_is_gone(here: World, app: str) -> None:
    given_up(app)
    changed(here, app, RENAMED)

    done = start(here, app)

    assert done["status"] == "running", done["error_message"]
    assert up(here, app) == {"store": "running", "web": "running"}
    assert here.node.volumes.clashes == []


def test_no_writer_of_before_runs_beside_one_of_the_new_plan(here: World, app: str) -> None:
    stopped(here, app)
    changed(here, app, TWO_WRITERS)
    assert start(here, app)["status"] == "running"
    given_up(app)
    both = TWO_WRITERS.replace("redis:7-alpine", NEW_DB).replace("busybox:1", "busybox:2")
    changed(here, app, both, "1.2.0")

    done = start(here, app)

    assert done["status"] == "running", done["error_message"]
    assert images(here, app)["worker"] == ("busybox:2", "running")
    assert here.node.volumes.clashes == []


def test_what_is_as_planned_stays(here: World, app: str) -> None:
    before = {one.service: one.id for one in here.node.engine.containers(app)}
    given_up(app)
    changed(here, app, TWO_SERVICES.replace("nginx:alpine", "nginx:1.27"))

    assert start(here, app)["status"] == "running"

    after = {one.service: one.id for one in here.node.engine.containers(app)}
    assert after["db"] == before["db"]
    assert after["web"] != before["web"]


def test_app_half_redeployed_starts_without_a_service_of_before(here: World, app: str) -> None:
    here.node.engine.behaviour[NEW_DB] = {"health": "unhealthy"}
    here.kills = {"AwaitOld": FOR_GOOD}
    failed = redeployed(here, app, version=version(here, app, STATEFUL))
    assert (failed["status"], up(here, app)["db"]) == ("failed", "running")
    here.kills = {}
    changed(here, app, RENAMED, "1.2.0")

    done = start(here, app)

    assert done["status"] == "running", done["error_message"]
    assert "UndoRedeploy" in here.invoked
    assert up(here, app) == {"store": "running", "web": "running"}
    assert here.node.volumes.clashes == []
