"""Cancelling an export in the making."""

from __future__ import annotations

from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked


def test_work_in_hand_is_asked_to_end_and_that_is_told(here: Checked, owner: str) -> None:
    export = things.export(here, owner)

    reply = here.call("POST", f"/account_exports/{export}/cancel", user=owner)

    assert reply.status == 200
    record = wiring.records().get(export)
    assert record is not None
    assert record.work is not None
    assert record.work.cancel_requested
    events = here.call("GET", "/events", user=owner).body["data"]
    assert events[0]["attributes"]["name"] == "cancel_requested"


def test_export_that_has_ended_cannot_be_cancelled(here: Checked, owner: str) -> None:
    export = things.export_made(here, owner)

    reply = here.call("POST", f"/account_exports/{export}/cancel", user=owner)

    assert (reply.status, reply.codes) == (409, ["nothing_to_cancel"])
