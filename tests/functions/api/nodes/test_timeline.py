"""The timeline of a node's latest check."""

from __future__ import annotations

from tests.functions import things
from tests.functions.checks import Checked


def test_check_in_hand_shows_its_steps(here: Checked, owner: str) -> None:
    node = things.brought(here, owner)

    shown = here.call("GET", f"/nodes/{node}/timeline", user=owner)

    assert shown.body["data"]["type"] == "timelines"
    assert (shown.attributes["kind"], shown.attributes["state"]) == ("check", "running")
    assert [step["name"] for step in shown.attributes["steps"]] == ["ReachNode", "MeasureNode"]


def test_node_that_was_never_checked_has_an_empty_story(here: Checked, owner: str) -> None:
    shown = here.call("GET", f"/nodes/{things.node(owner)}/timeline", user=owner)

    assert (shown.attributes["kind"], shown.attributes["steps"]) == (None, [])
