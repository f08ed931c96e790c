"""An account is found by what is known of it, and reads in its trail that it was looked at."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.errors import NotFound
from chalicelib.ports.records import Reserve
from chalicelib.runtime import wiring
from chalicelib.services.counters import host_key
from functions.calls.accounts import find_account, suspend_account
from tests.functions import things
from tests.functions.calls.asking import OPERATOR, ask, last_told
from tests.functions.checks import Checked
from tests.permissions import unwatched

WHY = "Ticket 12"


def find(sought: str) -> dict[str, Any]:
    return ask(find_account.handler, sought=sought, reason=WHY)


def test_account_is_found_by_a_record_a_name_or_its_id(here: Checked, owner: str) -> None:
    app, host = things.deployment(here, owner), f"{owner}.apps.example.com"
    with unwatched():
        wiring.records().commit(Reserve(host_key(host), app))

    found = [find(sought) for sought in (app, host.upper(), owner)]

    assert [one["account"] for one in found] == [owner] * 3
    assert [one["found_by"] for one in found] == ["deployments", "deployments", "accounts"]
    assert found[0]["has"]["deployments"] == 1
    assert last_told(f"subscription-{owner}") == ("account_looked_at", OPERATOR, WHY)


def test_account_that_is_kept_out_shows_why(here: Checked, owner: str) -> None:
    ask(suspend_account.handler, account=owner, reason="Sends spam", apps="keep")

    assert find(owner)["suspended"]["reason"] == "Sends spam"


@pytest.mark.parametrize("sought", ["nobody", "nowhere.example.com", "prov_0000000000000000"])
def test_what_leads_to_nobody_is_not_found(here: Checked, sought: str) -> None:
    with pytest.raises(NotFound, match="Nothing here"):
        find(sought)
