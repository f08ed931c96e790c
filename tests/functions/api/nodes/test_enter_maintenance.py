"""Parking nodes."""

from __future__ import annotations

import pytest

from tests.functions import things
from tests.functions.checks import Checked


@pytest.mark.parametrize("status", ["online", "offline", "maintenance"])
def test_node_is_parked_and_parking_it_again_changes_nothing(
    here: Checked, owner: str, status: str
) -> None:
    node = things.node(owner, status=status)

    for _ in range(2):
        reply = here.call("POST", f"/nodes/{node}/maintenance", user=owner)
        assert (reply.status, reply.attributes["status"]) == (200, "maintenance")


def test_nothing_is_placed_on_a_parked_node_and_the_refusal_says_why(
    here: Checked, owner: str
) -> None:
    node = things.node(owner)
    app = things.deployment(here, owner, node_id=node)
    here.call("POST", f"/nodes/{node}/maintenance", user=owner)

    started = here.call("POST", f"/deployments/{app}/start", user=owner)
    given = {"name": "other", "template_id": things.published(here, owner), "node_id": node}
    made = here.call("POST", "/deployments", given, user=owner)

    for refused in (started, made):
        assert (refused.status, refused.codes) == (409, ["node_not_online"])
        detail = refused.body["errors"][0]["detail"]
        assert "is in maintenance" in detail
        assert "choose another" in detail


def test_lost_node_is_not_parked(here: Checked, owner: str) -> None:
    node = things.node(owner, status="lost")

    reply = here.call("POST", f"/nodes/{node}/maintenance", user=owner)

    assert (reply.status, reply.codes) == (409, ["wrong_state"])
