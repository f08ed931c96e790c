"""Deploys that fail: with a reason, without secrets, and so that another start is possible."""

from __future__ import annotations

import json

import boto3
import pytest

from chalicelib import domain
from chalicelib.domain.errors import LoginRefused
from chalicelib.domain.host_ports import FIRST_PORT
from chalicelib.services.counters import port_key
from tests.factories import deployment, node, template
from tests.statemachines.deploys import held, hosts, start
from tests.world import World


def test_image_that_does_not_exist_fails_with_its_name(here: World) -> None:
    here.node.engine.missing.add("nginx:alpine")

    done = start(here, app := deployment(here))

    assert (done["status"], done["error_code"]) == ("failed", "image_not_found")
    assert "nginx:alpine" in done["error_message"]
    assert here.states_of(app)[-3:] == ["UndoDeploy", "FailWork", "Failed"]
    assert here.node.engine.remains(app) == ("volume data",)


@pytest.mark.parametrize(
    ("looks", "code", "says"),
    [
        ({"status": "exited", "exit_code": 3}, "container_exited", "status 3"),
        ({"health": "unhealthy", "last_probe": "no route"}, "unhealthy", "no route"),
        (
            {"status": "exited", "exit_code": 137, "out_of_memory": True},
            "container_exited",
            "memory",
        ),
        ({"restarts": 9, "exit_code": 1}, "container_exited", "restarted 9 times"),
    ],
)
def test_container_that_does_not_stay_up_fails_with_its_words(here, looks, code, says) -> None:
    here.node.engine.behaviour["web"] = looks

    done = start(here, app := deployment(here))

    assert (done["status"], done["error_code"]) == ("failed", code)
    assert says in done["error_message"]
    assert here.node.engine.containers(app) == ()
    assert hosts() == {}


@pytest.mark.parametrize(
    "looks",
    [
        {"status": "exited", "exit_code": 3},
        {"health": "unhealthy", "last_probe": "login:hunter22 refused"},
    ],
    ids=["exited", "unhealthy"],
)
def test_what_a_failed_app_wrote_is_told_without_its_secrets(
    here: World, monkeypatch: pytest.MonkeyPatch, looks: dict[str, object]
) -> None:
    secret = {"name": "GREETING", "type": "secret", "label": "Greeting", "required": True}
    made = template(here, name="With a secret", variables=[secret])
    here.node.engine.behaviour["web"] = looks
    words = "x" * 1490 + " cannot log in as root:hunter22"
    monkeypatch.setattr(here.node.engine, "logs", lambda *_given, **_named: words)
    app = deployment(here, template_id=made, variables={"GREETING": "hunter22"})

    done = start(here, app)

    assert "cannot log in as root:•••" in done["error_message"]
    events = here.call("GET", f"/events?filter[resource_id]={app}").body
    timeline = here.call("GET", f"/deployments/{app}/timeline").body
    assert "failed" in {event["attributes"]["name"] for event in events["data"]}
    for told in (done, events, timeline):
        assert "hunter22" not in json.dumps(told)


def test_how_to_log_in_to_somebody_elses_server_is_not_told(here: World) -> None:
    home = node(here, "user-b")
    assert here.call("PATCH", f"/nodes/{home}", {"public": True}, user="user-b").status == 200
    app = deployment(here, node_id=home, allow_public_nodes=True)
    here.node.fails["connect"] = [LoginRefused("It does not accept the user admin.")]

    done = start(here, app)

    assert (done["status"], done["error_code"]) == ("failed", "login_refused")
    timeline = here.call("GET", f"/deployments/{app}/timeline").body
    assert "admin" not in json.dumps([done, timeline])
    assert done["error_message"] == (
        "Its server is somebody else's, and cannot be used now. Try again later."
    )


def test_failed_app_can_be_started_again_and_removed(here: World) -> None:
    here.node.engine.behaviour["web"] = {"status": "exited", "exit_code": 3}
    app = deployment(here)
    start(here, app)
    here.node.engine.behaviour.clear()

    done = start(here, app)

    assert (done["status"], done["error_code"], done["error_message"]) == ("running", None, None)
    assert here.call("DELETE", f"/deployments/{app}").status == 204


def test_app_whose_port_stays_silent_is_not_called_running(here: World) -> None:
    here.answering = False
    here.before["ConfirmRoute"] = lambda: here.before.update(ConfirmRoute=a_minute_passes)

    def a_minute_passes() -> None:
        here.skew = 61.0

    done = start(here, deployment(here))

    assert (done["status"], done["error_code"]) == ("failed", "deadline_passed")
    assert hosts() == {}


def test_server_whose_ports_are_all_taken_fails_the_app_and_gives_nothing_away(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = FIRST_PORT + 299  # the whole range takes the store in memory half a minute
    monkeypatch.setattr(domain.host_ports, "PORTS", 300)
    app = deployment(here)
    node = here.call("GET", f"/deployments/{app}").attributes["node_id"]
    table = boto3.resource("dynamodb").Table("test-reservations")
    with table.batch_writer() as batch:
        for port in range(FIRST_PORT, last + 1):
            batch.put_item({"key": port_key(node, port), "holder": "somebody"})

    done = start(here, app)

    assert (done["status"], done["error_code"]) == ("failed", "ports_full")
    assert "port" in done["error_message"]
    assert not held("host#")
    assert len(held("port#")) == 300
    table.delete_item(Key={"key": port_key(node, FIRST_PORT)})
    assert start(here, app)["status"] == "running"
