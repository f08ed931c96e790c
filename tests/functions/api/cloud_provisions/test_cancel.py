"""Cancelling the making of servers."""

from __future__ import annotations

from tests.functions import things
from tests.functions.checks import Checked


def test_making_is_cancelled_and_destroying_is_not(here: Checked, owner: str) -> None:
    server = things.provision(here, owner)
    assert here.call("POST", f"/cloud_provisions/{server}/cancel", user=owner).status == 200
    things.put(server, status="ready", clear_work=True)
    here.call("DELETE", f"/cloud_provisions/{server}", user=owner)

    reply = here.call("POST", f"/cloud_provisions/{server}/cancel", user=owner)

    assert (reply.status, reply.codes) == (409, ["not_cancellable"])
