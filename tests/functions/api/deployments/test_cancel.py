"""Cancelling work on deployments."""

from __future__ import annotations

import pytest

from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked


def test_work_is_asked_to_undo_itself(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    here.call("POST", f"/deployments/{app}/start", user=owner)

    reply = here.call("POST", f"/deployments/{app}/cancel", user=owner)

    assert (reply.status, reply.attributes["status"]) == (200, "scheduled")
    record = wiring.records().get(app)
    assert record is not None
    assert record.work is not None
    assert record.work.cancel_requested
    assert here.call("POST", f"/deployments/{app}/cancel", user=owner).status == 200


def test_nothing_in_progress_is_nothing_to_cancel(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)

    reply = here.call("POST", f"/deployments/{app}/cancel", user=owner)

    assert (reply.status, reply.codes) == (409, ["nothing_to_cancel"])


@pytest.mark.parametrize("kind", ["stop", "remove"])
def test_stopping_and_deleting_end_by_themselves(here: Checked, owner: str, kind: str) -> None:
    app = things.deployment(here, owner)
    things.put(app, status="running")
    begin = ("POST", "/stop") if kind == "stop" else ("DELETE", "")
    here.call(begin[0], f"/deployments/{app}{begin[1]}", user=owner)

    reply = here.call("POST", f"/deployments/{app}/cancel", user=owner)

    assert (reply.status, reply.codes) == (409, ["not_cancellable"])
