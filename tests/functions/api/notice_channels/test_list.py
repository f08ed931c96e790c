"""Every account has a channel to its own address, on for everything."""

from __future__ import annotations

from chalicelib.domain.notices.rules import EVENTS
from tests.functions.checks import Checked
from tests.functions.notices import hook


def test_own_address_is_there_from_the_start_and_once(here: Checked, owner: str) -> None:
    first = here.call("GET", "/notice_channels", user=owner)
    again = here.call("GET", "/notice_channels", user=owner)

    [own] = again.body["data"]
    assert first.body["data"][0]["id"] == own["id"]
    assert own["attributes"]["own"] is True
    assert own["attributes"]["enabled"] is True
    assert set(own["attributes"]["events"]) == set(EVENTS)
    assert again.body["meta"]["total"] == 1


def test_channels_of_others_are_not_shown(here: Checked, owner: str, stranger: str) -> None:
    path = hook(here, stranger)

    found = here.call("GET", "/notice_channels", user=owner).body["data"]

    assert path.rsplit("/", 1)[1] not in [one["id"] for one in found]
