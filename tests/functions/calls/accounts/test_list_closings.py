"""The owner of the platform sees which accounts are being closed."""

from __future__ import annotations

from functions.calls.accounts import find_account, list_closings
from tests.functions.calls.asking import ask
from tests.functions.checks import Checked
from tests.functions.closing import OVER, Leaver


def listed() -> list[str]:
    return [one["account"] for one in ask(list_closings.handler)["closings"]]


def test_closings_are_listed_until_they_are_done_and_found_after_that(
    here: Checked, owner: str
) -> None:
    leaver = Leaver(here, owner)
    assert leaver.ask().status == 202
    [mine] = [one for one in ask(list_closings.handler)["closings"] if one["account"] == owner]
    assert (mine["state"], mine["left"]) == ("waiting", [])

    leaver.after(OVER)
    leaver.after(OVER)

    assert owner not in listed()
    found = ask(find_account.handler, sought=owner, reason="Ticket 12")["closing"]
    assert (found["state"], found["closed_at"] > found["closes_at"]) == ("closed", True)
