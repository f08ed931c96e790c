"""Stopping deployments."""

from __future__ import annotations

import pytest

from tests.functions import things
from tests.functions.checks import Checked


def test_running_app_is_stopped_as_work(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    things.put(app, status="running")

    reply = here.call("POST", f"/deployments/{app}/stop", user=owner)

    assert (reply.status, reply.attributes["status"]) == (200, "stopping")
    assert here.workflows.started == [(app, "stop")]


@pytest.mark.parametrize("status", ["pending", "stopped", "failed", "deleting"])
def test_app_that_does_not_run_is_not_stopped(here: Checked, owner: str, status: str) -> None:
    app = things.deployment(here, owner)
    things.put(app, status=status)

    reply = here.call("POST", f"/deployments/{app}/stop", user=owner)

    assert (reply.status, reply.codes) == (409, ["wrong_state"])
