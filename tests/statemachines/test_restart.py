"""Restarting apps: every outcome as the list of states entered."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.errors import HostUnreachable, ImageUnavailable
from chalicelib.runtime import wiring
from chalicelib.services.deployments.host_ports import host_ports
from chalicelib.services.deployments.plans import plan_of
from chalicelib.services.deployments.routes import routes_of
from tests.factories import settled, template
from tests.functions import things
from tests.statemachines.deploys import hosts, items, start
from tests.statemachines.test_failures import FOR_GOOD, stepped, until
from tests.statemachines.test_watch import usage
from tests.world import World

HOST = "my-app.apps.test"
RESTART = [
    "StopServices",
    "StartServices",
    "AwaitHealthy",
    "PublishRoute",
    "ConfirmRoute",
    "FinishRestart",
]
FAILED = ["UndoRestart", "FailWork"]
KEPT = ["UndoRestart", "KeepRunning"]


@pytest.fixture
def app(here: World) -> str:
    """A deployment that runs, put there as a deploy leaves it."""
    key = here.call("POST", "/ssh_keys", {"name": "mine", "private_key": things.a_private_key()})
    node = things.node("user-a")
    known = {"ssh_key_id": key.id, "host_key": here.node.host_key, "address": "10.77.0.9"}
    things.put(node, attributes=known)
    given = {"name": "my app", "template_id": template(here), "node_id": node}
    given |= {"direct_access": True}
    made = here.call("POST", "/deployments", given).id
    host = {"hostname": HOST, "type": "auto", "status": "verified", "ssl_enabled": False}
    attributes = {"proxy_port": 30001, "domains": [host], "url": f"http://{HOST}:9091"}
    [port] = here.call("GET", f"/deployments/{made}").attributes["ports"]
    attributes |= {"ports": [{**port, "host_port": 30001}], "placed_at": wiring.now()}
    attributes |= {"direct_url": "http://10.77.0.9:30001", "started_at": wiring.now()}
    record = things.put(made, status="running", node=node, attributes=attributes)
    at = wiring.records().get(node)
    wiring.records().commit(*routes_of(wiring, record, node=at, state="running"))
    plan, engine = plan_of(wiring, record), here.node.engine
    engine.ensure_volumes(made, plan)
    for service in plan.services:
        at = host_ports(record, service)
        engine.ensure_service(made, plan, service, generation=0, host_ports=at)
    engine.started.clear()
    return made


def restarted(here: World, app: str) -> dict[str, Any]:
    answer = here.call("POST", f"/deployments/{app}/restart")
    assert answer.status == 200, answer.body
    return settled(here, "deployments", app)


def restarted_is_refused(here: World, app: str) -> list[str]:
    return here.call("POST", f"/deployments/{app}/restart").codes


def up(here: World, app: str) -> dict[str, str]:
    return {state.service: state.status for state in here.node.engine.containers(app)}


def told(app: str) -> list[str]:
    return [entry.name for entry in wiring.records().journal(app, limit=50)][::-1]


def test_restarted_app_stops_in_whole_and_starts_in_order(here: World, app: str) -> None:
    before = here.call("GET", f"/deployments/{app}").attributes
    paid = len(items("money"))

    after = restarted(here, app)

    assert (after["status"], after["error_code"]) == ("running", None)
    assert stepped(here) == RESTART
    assert here.node.engine.started == ["db", "web"]
    assert up(here, app) == {"db": "running", "web": "running"}
    kept = (
        "proxy_port",
        "ports",
        "url",
        "direct_url",
        "domains",
        "started_at",
        "node_id",
        "variables",
    )
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert here.node.engine.volumes == {f"{app}/data"}
    assert hosts() == {HOST: "running"}
    assert told(app)[-2:] == ["restart_begun", "restarted"]
    assert len(items("money")) == paid
    story = here.call("GET", f"/deployments/{app}/timeline").attributes
    assert (story["kind"], story["state"]) == ("restart", "done")
    assert [step["name"] for step in story["steps"]] == RESTART


def test_killed_functions_are_tried_again(here: World, app: str) -> None:
    here.kills = dict.fromkeys(RESTART, 1)

    assert restarted(here, app)["status"] == "running"
    assert up(here, app) == {"db": "running", "web": "running"}


@pytest.mark.parametrize("step", RESTART)
def test_step_that_dies_for_good_leaves_the_app_up_and_says_so(
    here: World, app: str, step: str
) -> None:
    here.kills = {step: FOR_GOOD}

    done = restarted(here, app)

    assert (done["status"], done["error_code"]) == ("failed", "step_crashed")
    assert stepped(here) == [*until(RESTART, step), *FAILED]
    assert up(here, app) == {"db": "running", "web": "running"}
    assert hosts() == {HOST: "failed"}


def test_service_that_does_not_come_back_fails_with_its_words(here: World, app: str) -> None:
    here.node.engine.behaviour["web"] = {"status": "exited", "exit_code": 3}

    done = restarted(here, app)

    assert (done["status"], done["error_code"]) == ("failed", "container_exited")
    assert "status 3" in done["error_message"]
    assert up(here, app)["db"] == "running"
    here.node.engine.behaviour.clear()
    assert start(here, app)["status"] == "running"


def test_each_run_is_metered_to_its_end_also_when_a_restart_ended_it(here: World, app: str) -> None:
    here.node.engine.behaviour["web"] = {"status": "exited", "exit_code": 3}

    failed = restarted(here, app)
    here.node.engine.behaviour.clear()
    start(here, app)

    assert failed["stopped_at"] is not None
    assert usage(app) == [
        "deployment.created",
        "deployment.stopped",
        "deployment.started",
    ]


def test_start_that_fails_twice_ends_no_run(here: World, app: str) -> None:
    here.node.engine.behaviour["web"] = {"status": "exited", "exit_code": 3}

    restarted(here, app)
    start(here, app)

    assert usage(app).count("deployment.stopped") == 1


def test_server_that_goes_away_leaves_the_app_as_it_was(here: World, app: str) -> None:
    here.node.fails["stop"] = [HostUnreachable("away")] * 6
    here.node.fails["containers"] = [HostUnreachable("away")]

    done = restarted(here, app)

    assert (done["status"], done["error_code"]) == ("failed", "host_unreachable")
    assert up(here, app) == {"db": "running", "web": "running"}
    assert "undo_incomplete" in told(app)


@pytest.mark.parametrize("step", RESTART)
def test_cancelled_restart_ends_with_the_app_running(here: World, app: str, step: str) -> None:
    here.before[step] = lambda: here.call("POST", f"/deployments/{app}/cancel")

    done = restarted(here, app)

    assert (done["status"], done["error_code"], done["error_message"]) == ("running", None, None)
    assert stepped(here) == [*until(RESTART, step), *KEPT]
    assert up(here, app) == {"db": "running", "web": "running"}
    assert told(app)[-1] == "restart_cancelled"
    story = here.call("GET", f"/deployments/{app}/timeline").attributes
    assert story["state"] == "undone"


def test_cancelled_restart_that_cannot_be_put_back_is_failed(here: World, app: str) -> None:
    def cancelled() -> None:
        here.call("POST", f"/deployments/{app}/cancel")
        here.node.fails["ensure_service"] = [ImageUnavailable("It is not on the server.")]

    here.before["StartServices"] = cancelled

    done = restarted(here, app)

    assert (done["status"], done["error_code"]) == ("failed", "image_unavailable")
    assert restarted_is_refused(here, app) == ["wrong_state"]


@pytest.mark.parametrize("step", ["UndoRestart", "KeepRunning"])
def test_undoing_that_dies_for_good_ends_in_failed(here: World, app: str, step: str) -> None:
    here.before["StartServices"] = lambda: here.call("POST", f"/deployments/{app}/cancel")
    here.kills = {step: FOR_GOOD}

    done = restarted(here, app)

    assert (done["status"], done["error_code"]) == ("failed", "cancelled")


def test_app_whose_node_went_into_maintenance_meanwhile_comes_back(here: World, app: str) -> None:
    node = here.call("GET", f"/deployments/{app}").attributes["node_id"]
    here.before["PublishRoute"] = lambda: here.call("POST", f"/nodes/{node}/maintenance")

    assert restarted(here, app)["status"] == "running"


def test_restart_in_hand_keeps_other_work_away(here: World, app: str) -> None:
    seen = []
    here.before["AwaitHealthy"] = lambda: seen.extend(
        here.call(method, f"/deployments/{app}{path}")
        for method, path in (("POST", "/stop"), ("POST", "/restart"), ("DELETE", ""))
    )

    restarted(here, app)

    assert [reply.codes for reply in seen] == [["work_in_progress"]] * 3
