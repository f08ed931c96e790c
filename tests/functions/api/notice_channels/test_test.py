"""A test goes to one channel, and its delivery can be followed."""

from __future__ import annotations

from tests.functions.checks import Checked
from tests.functions.notices import asked, deliver, hook, received


def test_test_is_delivered_and_says_that_it_is_one(here: Checked, owner: str) -> None:
    channel = hook(here, owner)
    asked()

    reply = here.call("POST", f"{channel}/test", user=owner, kind="notice_deliveries")
    deliver()

    [notice] = received(here)
    assert (notice["id"], notice["type"]) == (reply.id, "test")
