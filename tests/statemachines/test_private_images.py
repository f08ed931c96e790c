"""Apps of private images: whose login is used, where it is sent, and how a refusal is told."""

from __future__ import annotations

import json
from typing import Any

import boto3

from chalicelib.ports.nodes import RegistryLogin
from tests.factories import TWO_SERVICES, deployment, settled, template
from tests.functions import things
from tests.statemachines.deploys import WHOLE, start
from tests.statemachines.redeploys import redeployed, version
from tests.statemachines.test_placement import server
from tests.world import World

HOST, SECRET = "ghcr.io", "s3cret-of-the-registry"
PRIVATE = f"{HOST}/ann/web:1"
COMPOSE = TWO_SERVICES.replace("nginx:alpine", PRIVATE)
LOGIN = RegistryLogin(HOST, "ann", SECRET)


def stored(here: World, secret: str = SECRET, user: str = "user-a", host: str = HOST) -> str:
    given = {"name": "images", "host": host, "username": "ann", "secret": secret}
    made = here.call("POST", "/registry_credentials", given, user=user)
    assert made.status == 201, made.body
    return made.id


def private_app(here: World, **changes: Any) -> str:
    here.node.engine.private = {PRIVATE: LOGIN}
    return deployment(
        here, template_id=template(here, name="Private", compose_spec=COMPOSE), **changes
    )


def failed_step(here: World, app: str) -> dict[str, Any]:
    timeline = here.call("GET", f"/deployments/{app}/timeline").attributes
    [failed] = [one for one in timeline["steps"] if one["state"] == "failed"]
    return dict(failed)


def test_image_is_pulled_with_the_login_that_the_apps_owner_has_there(here: World) -> None:
    stored(here)
    stored(here, "another", host="docker.io")
    app = private_app(here)

    done = start(here, app)

    assert done["status"] == "running", done["error_message"]
    assert here.states_of(app) == WHOLE
    assert here.node.engine.logins[PRIVATE] == LOGIN
    assert here.node.engine.logins["redis:7-alpine"] == RegistryLogin("docker.io", "ann", "another")
    assert not here.node.engine.apart


def test_login_is_in_no_execution_and_no_timeline(here: World) -> None:
    stored(here)
    app = private_app(here)
    start(here, app)

    machines = boto3.client("stepfunctions")
    histories = [
        machines.get_execution_history(executionArn=run["executionArn"])
        for machine in machines.list_state_machines()["stateMachines"]
        for run in machines.list_executions(stateMachineArn=machine["stateMachineArn"])[
            "executions"
        ]
    ]
    timeline = here.call("GET", f"/deployments/{app}/timeline").body

    assert histories
    assert SECRET not in json.dumps([histories, timeline], default=str)


def test_without_a_login_the_step_says_where_to_add_one(here: World) -> None:
    app = private_app(here)

    failed = start(here, app)

    assert (failed["status"], failed["error_code"]) == ("failed", "image_unauthorized")
    assert "add a login for ghcr.io under Settings, Registries" in failed["error_message"]
    assert failed_step(here, app)["message"] == failed["error_message"]
    assert failed_step(here, app)["name"] == "PullImages"


def test_wrong_secret_is_told_and_the_right_one_helps(here: World) -> None:
    credential = stored(here, "guessed")
    app = private_app(here)

    failed = start(here, app)
    assert (failed["status"], failed["error_code"]) == ("failed", "image_unauthorized")
    assert "does not accept your login" in failed["error_message"]
    assert "guessed" not in failed["error_message"]
    here.call("PATCH", f"/registry_credentials/{credential}", {"secret": SECRET})

    assert start(here, app)["status"] == "running"


def test_creators_login_is_not_used_for_a_customer(here: World) -> None:
    stored(here, user="creator")
    app = private_app(here)

    failed = start(here, app)

    assert (failed["status"], failed["error_code"]) == ("failed", "image_unauthorized")
    assert here.node.engine.logins[PRIVATE] is None


def test_login_is_not_sent_to_a_server_of_somebody_else(here: World) -> None:
    stored(here)
    theirs = server(here)
    things.put(theirs, public=True)
    here.node.engine.private = {PRIVATE: LOGIN}
    stored(here, user="user-b")
    chosen = {
        "template_id": template(here, name="Private", compose_spec=COMPOSE),
        "node_id": theirs,
    }
    app = here.call(
        "POST",
        "/deployments",
        {"name": "guest", "allow_public_nodes": True, **chosen},
        user="user-b",
    ).id

    here.call("POST", f"/deployments/{app}/start", user="user-b")
    failed = settled(here, "deployments", app, user="user-b")

    assert (failed["status"], failed["error_code"]) == ("failed", "image_unauthorized")
    assert "servers of your own alone" in failed["error_message"]
    assert set(here.node.engine.logins.values()) == {None}
    assert here.node.engine.apart


def test_redeploy_pulls_its_new_image_with_the_login(here: World) -> None:
    app = deployment(here)
    start(here, app)
    stored(here)
    here.node.engine.private = {PRIVATE: LOGIN}

    done = redeployed(here, app, version=version(here, app, COMPOSE))

    assert (done["status"], done["template_version"]) == ("running", "1.1.0")
    assert here.node.engine.logins[PRIVATE] == LOGIN


def test_deleted_login_is_not_used_any_more(here: World) -> None:
    credential = stored(here)
    here.call("DELETE", f"/registry_credentials/{credential}")
    app = private_app(here)

    assert start(here, app)["error_code"] == "image_unauthorized"
