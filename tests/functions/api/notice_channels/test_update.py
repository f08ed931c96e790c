"""What a channel hears of can be changed, by its owner alone and on what was read."""

from __future__ import annotations

from tests.functions.checks import Checked
from tests.functions.notices import hook


def test_events_are_changed(here: Checked, owner: str, stranger: str) -> None:
    channel = hook(here, owner)

    changed = here.call("PATCH", channel, {"events": ["payment"]}, user=owner)

    assert changed.attributes["events"] == ["payment"]
    assert here.call("PATCH", channel, {"events": []}, user=owner).status == 422
    assert here.call("PATCH", channel, {"url": "https://x.example.com"}, user=owner).status == 422
    assert here.call("PATCH", channel, {"enabled": False}, user=stranger).status == 404


def test_nothing_to_change_is_no_change(here: Checked, owner: str) -> None:
    assert here.call("PATCH", hook(here, owner), {}, user=owner).status == 400
