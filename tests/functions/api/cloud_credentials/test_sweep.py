"""A sweep of one account can be asked for."""

from __future__ import annotations

from tests.functions import sweeps, things
from tests.functions.checks import Checked


def test_sweep_is_asked_for_and_its_report_follows(here: Checked, owner: str) -> None:
    sweeps.forget_state()
    credential = things.credential(here, owner)
    sweeps.waiting()

    reply = here.call("POST", f"/cloud_credentials/{credential}/sweep", user=owner)

    assert (reply.status, reply.attributes["state"]) == (202, "never")
    [message] = sweeps.waiting()
    assert message["credential"] == credential
    sweeps.deliver(message)
    shown = here.call("GET", f"/cloud_credentials/{credential}/sweep", user=owner).attributes
    assert (shown["state"], shown["findings"]) == ("done", [])
