"""How the closing of one's account stands."""

from __future__ import annotations

from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.closing import Leaver


def test_it_says_what_would_be_removed_before_it_is_asked_for(here: Checked, owner: str) -> None:
    things.ssh_key(here, owner)
    things.credential(here, owner)

    found = Leaver(here, owner).call("GET").attributes

    assert found["state"] == "not_asked"
    assert found["has"] == {"ssh_keys": 1, "cloud_credentials": 1}
    assert (found["must_be_done_first"], found["left"]) == ([], [])
    assert found["confirmation"] == "close my account"
    assert (found["month_cents"], found["earned_cents"], found["currency"]) == (0, 0, "USD")
