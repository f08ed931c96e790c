"""A channel can be deleted; the account's own address can be switched off alone."""

from __future__ import annotations

from tests.functions.checks import Checked
from tests.functions.notices import asked, deliver, hook, received


def test_deleted_channel_hears_nothing_any_more(here: Checked, owner: str) -> None:
    channel = hook(here, owner)
    asked()
    here.call("POST", f"{channel}/test", user=owner, kind="notice_deliveries")

    assert here.call("DELETE", channel, user=owner).status == 204
    deliver()

    assert received(here) == []
    assert here.call("GET", channel, user=owner).status == 404


def test_own_address_stays_and_can_be_switched_off(here: Checked, owner: str) -> None:
    [own] = here.call("GET", "/notice_channels", user=owner).body["data"]
    path = f"/notice_channels/{own['id']}"

    assert here.call("DELETE", path, user=owner).codes == ["own_channel"]
    off = here.call("PATCH", path, {"enabled": False}, user=owner)
    assert off.attributes["enabled"] is False
