"""How the containers of a deployment are; the rules are in `tests/unit/domain/test_health.py`."""

from __future__ import annotations

import pytest

from chalicelib.domain.errors import (
    DockerUnavailable,
    HostKeyChanged,
    HostUnreachable,
    LoginRefused,
    ProductError,
)
from chalicelib.domain.redaction import MASK
from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked

PASSWORD = {"name": "PASSWORD", "type": "secret", "required": True}


def test_each_container_and_the_app_say_how_they_are(here: Checked, owner: str) -> None:
    web = things.container("web", restarts=1)
    db = things.container("db", health="unhealthy", last_probe="connection refused")
    app = things.up(here, owner, web, db)

    reply = here.call("GET", f"/deployments/{app}/monitoring/health", user=owner)

    assert reply.body["data"]["type"] == "deployment-health"
    assert (reply.attributes["status"], reply.attributes["app_status"]) == ("degraded", "running")
    shown = {one["name"]: one for one in reply.attributes["containers"]}
    assert (shown["web"]["health"], shown["web"]["restarts"]) == ("healthy", 1)
    assert (shown["db"]["health"], shown["db"]["check"]) == ("unhealthy", "unhealthy")
    assert shown["db"]["last_probe"] == "connection refused"
    assert shown["web"]["last_probe"] is None


def test_secret_in_a_probes_output_is_masked(here: Checked, owner: str) -> None:
    probed = things.container("web", last_probe="wrong password: never-shown-1")
    template = things.published(here, owner, variables=[things.GREETING, PASSWORD])
    app = things.up(
        here, owner, probed, template_id=template, variables={"PASSWORD": "never-shown-1"}
    )

    reply = here.call("GET", f"/deployments/{app}/monitoring/health", user=owner)

    assert reply.attributes["containers"][0]["last_probe"] == f"wrong password: {MASK}"


def test_probes_output_is_masked_before_it_is_cut(here: Checked, owner: str) -> None:
    probed = things.container("web", last_probe="a" * 999 + "never-shown-1" + "z" * 495)
    template = things.published(here, owner, variables=[things.GREETING, PASSWORD])
    app = things.up(
        here, owner, probed, template_id=template, variables={"PASSWORD": "never-shown-1"}
    )

    reply = here.call("GET", f"/deployments/{app}/monitoring/health", user=owner)

    assert reply.attributes["containers"][0]["last_probe"] == f"aa{MASK}" + "z" * 495


@pytest.mark.parametrize("look", ["health", "stats"])
@pytest.mark.parametrize("status", ["pending", "scheduled", "stopped", "deleting"])
def test_app_that_is_down_says_so_without_asking_its_server(
    here: Checked, owner: str, status: str, look: str
) -> None:
    app = things.up(here, owner)
    things.put(app, status=status)

    reply = here.call("GET", f"/deployments/{app}/monitoring/{look}", user=owner)

    assert (reply.status, reply.attributes["app_status"]) == (200, status)
    assert reply.attributes["containers"] == []
    assert reply.attributes.get("status", "unknown") == "unknown"
    assert here.world.node.logins == []


@pytest.mark.parametrize("look", ["health", "stats", "logs"])
@pytest.mark.parametrize("error", [HostUnreachable, HostKeyChanged])
def test_server_that_does_not_answer_is_told(
    here: Checked, owner: str, look: str, error: type[HostUnreachable]
) -> None:
    app = things.up(here, owner)
    here.world.node.fails["connect"].append(error("It does not answer on port 22."))

    reply = here.call("GET", f"/deployments/{app}/monitoring/{look}", user=owner)

    assert (reply.status, reply.codes) == (503, ["node_unreachable"])
    assert reply.body["errors"][0]["detail"] == (
        "Cannot reach the app's server: It does not answer on port 22."
    )
    assert reply.headers["Retry-After"] == "2"


@pytest.mark.parametrize("look", ["health", "stats", "logs"])
@pytest.mark.parametrize(
    "error", [LoginRefused("No key for the user admin."), DockerUnavailable("10.77.0.9 is down.")]
)
def test_how_to_log_in_to_somebody_elses_server_is_not_told(
    here: Checked, owner: str, stranger: str, look: str, error: ProductError
) -> None:
    home = things.server(here, stranger, public=True)
    app = things.up(here, owner, home=home, allow_public_nodes=True)
    here.world.node.fails["connect"] = [error]

    reply = here.call("GET", f"/deployments/{app}/monitoring/{look}", user=owner)

    assert (reply.status, reply.codes) == (503, ["node_unreachable"])
    assert reply.body["errors"][0]["detail"] == (
        "Cannot reach the app's server: it is somebody else's, and cannot be used now."
    )


@pytest.mark.parametrize(
    ("look", "call"), [("health", "containers"), ("stats", "containers"), ("logs", "sources")]
)
def test_docker_that_does_not_answer_is_told(
    here: Checked, owner: str, look: str, call: str
) -> None:
    app = things.up(here, owner)
    here.world.node.fails[call].append(DockerUnavailable("Docker is down."))

    reply = here.call("GET", f"/deployments/{app}/monitoring/{look}", user=owner)

    assert (reply.status, reply.codes) == (503, ["node_unreachable"])


@pytest.mark.parametrize("look", ["health", "stats", "logs"])
def test_app_whose_server_is_gone_is_told(here: Checked, owner: str, look: str) -> None:
    app = things.up(here, owner)
    record = wiring.records().get(app)
    assert record is not None
    things.put(str(record.node or record.attributes["node_id"]), status="lost")

    reply = here.call("GET", f"/deployments/{app}/monitoring/{look}", user=owner)

    assert (reply.status, reply.codes) == (503, ["node_unreachable"])


def test_app_without_any_server_has_no_containers(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    things.put(app, status="failed", node="", attributes={"node_id": None})

    for look in ("health", "stats", "logs"):
        reply = here.call("GET", f"/deployments/{app}/monitoring/{look}", user=owner)

        assert reply.status == 200, reply.body
