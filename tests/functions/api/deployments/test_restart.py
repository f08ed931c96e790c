"""Restarting deployments; how a restart goes is in `tests/statemachines/test_restart.py`."""

from __future__ import annotations

import pytest

from tests.functions import things
from tests.functions.checks import Checked


def running(here: Checked, owner: str, **changes: object) -> str:
    app = things.deployment(here, owner, **changes)
    things.put(app, status="running")
    return app


def test_restart_is_work_on_an_app_that_stays_running(here: Checked, owner: str) -> None:
    app = running(here, owner)

    reply = here.call("POST", f"/deployments/{app}/restart", user=owner)

    assert (reply.status, reply.attributes["status"]) == (200, "running")
    assert reply.attributes["work"]["kind"] == "restart"
    assert here.workflows.started == [(app, "restart")]
    assert here.call("POST", f"/deployments/{app}/restart", user=owner).codes == [
        "work_in_progress"
    ]
    assert here.call("POST", f"/deployments/{app}/stop", user=owner).codes == ["work_in_progress"]


@pytest.mark.parametrize("status", ["pending", "stopped", "failed", "stopping"])
def test_app_that_does_not_run_is_not_restarted(here: Checked, owner: str, status: str) -> None:
    app = things.deployment(here, owner)
    things.put(app, status=status)

    reply = here.call("POST", f"/deployments/{app}/restart", user=owner)

    assert (reply.status, reply.codes) == (409, ["wrong_state"])
    assert here.workflows.started == []


@pytest.mark.parametrize("status", ["offline", "maintenance", "lost"])
def test_app_on_a_node_that_cannot_be_used_is_left_running(
    here: Checked, owner: str, status: str
) -> None:
    node = things.node(owner)
    app = running(here, owner, node_id=node)
    things.put(node, status=status)

    reply = here.call("POST", f"/deployments/{app}/restart", user=owner)

    assert (reply.status, reply.codes) == (409, ["node_not_online"])
    assert here.workflows.started == []


def test_restart_on_somebody_elses_server_says_so(here: Checked, owner: str, stranger: str) -> None:
    node = things.node(stranger, public=True)
    app = running(here, owner, node_id=node, allow_public_nodes=True)

    reply = here.call("POST", f"/deployments/{app}/restart", user=owner)

    assert "can read everything" in reply.body["meta"]["notice"]


def test_restart_can_be_cancelled(here: Checked, owner: str) -> None:
    app = running(here, owner)
    here.call("POST", f"/deployments/{app}/restart", user=owner)

    reply = here.call("POST", f"/deployments/{app}/cancel", user=owner)

    assert (reply.status, reply.attributes["status"]) == (200, "running")
