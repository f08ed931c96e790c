"""The owner of the platform makes a link for somebody who cannot be written to."""

from __future__ import annotations

import pytest

from chalicelib.domain.errors import NotFound
from functions.calls.accounts import make_reset_link
from tests.functions.calls.asking import ask
from tests.functions.checks import Checked

WHY = "Lost the mailbox"


def test_link_is_good_and_the_trail_says_who_asked_for_it(here: Checked, owner: str) -> None:
    here.world.people.add(owner, f"{owner}@example.com")

    made = ask(make_reset_link.handler, account=owner, reason=WHY)

    assert (made["email"], made["seconds"]) == (f"{owner}@example.com", 1800)
    address, _, token = str(made["link"]).partition("#")
    assert address == "https://hoster.test/reset-password"
    given = {"token": token, "password": "another one"}
    assert here.call("POST", "/account/passwords", given, kind="passwords").status == 200
    [told] = here.call("GET", "/events", user=owner).body["data"]
    assert WHY in told["attributes"]["message"]


def test_account_that_nobody_has_is_told(here: Checked) -> None:
    with pytest.raises(NotFound, match="knows no account"):
        ask(make_reset_link.handler, account="nobody", reason=WHY)
