"""An account is let in again; what was stopped stays stopped."""

from __future__ import annotations

from chalicelib.runtime import wiring
from functions.calls.accounts import restore_account, suspend_account
from tests.functions import things
from tests.functions.calls.asking import OPERATOR, ask, last_told
from tests.functions.checks import Checked

WHY = "It was a mistake"


def test_account_is_let_in_again_and_told_once(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    things.put(app, status="running")
    ask(suspend_account.handler, account=owner, reason="Sends spam", apps="stop")

    first, again = (ask(restore_account.handler, account=owner, reason=WHY) for _ in range(2))

    assert (first["changed"], again["changed"]) == (True, False)
    assert here.world.gateway.standings[owner] == "active"
    assert last_told(f"subscription-{owner}") == ("account_restored", OPERATOR, WHY)
    record = wiring.records().get(app)
    assert record is not None
    assert record.status == "stopping"


def test_account_that_was_never_kept_out_is_told_nothing(here: Checked, owner: str) -> None:
    assert ask(restore_account.handler, account=owner, reason=WHY)["changed"] is False

    assert here.call("GET", "/events", user=owner).body["data"] == []
