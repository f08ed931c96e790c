"""Bringing parked nodes back."""

from __future__ import annotations

import pytest

from tests.functions import things
from tests.functions.checks import Checked


def test_node_is_offline_until_the_check_that_begins(here: Checked, owner: str) -> None:
    node = things.node(owner, status="maintenance")

    reply = here.call("DELETE", f"/nodes/{node}/maintenance", user=owner)

    assert (reply.status, reply.attributes["status"]) == (200, "offline")
    assert reply.attributes["work"]["kind"] == "check"
    assert here.workflows.started == [(node, "check")]


def test_check_in_hand_is_joined(here: Checked, owner: str) -> None:
    node = things.brought(here, owner)
    here.call("POST", f"/nodes/{node}/maintenance", user=owner)

    reply = here.call("DELETE", f"/nodes/{node}/maintenance", user=owner)

    assert (reply.status, reply.attributes["status"]) == (200, "offline")
    assert here.workflows.started == [(node, "check")]


@pytest.mark.parametrize("status", ["online", "offline", "lost"])
def test_node_that_is_not_parked_is_left_alone(here: Checked, owner: str, status: str) -> None:
    node = things.node(owner, status=status)

    reply = here.call("DELETE", f"/nodes/{node}/maintenance", user=owner)

    assert (reply.status, reply.codes) == (409, ["wrong_state"])
    assert status in reply.body["errors"][0]["detail"]


def test_node_whose_server_is_being_destroyed_stays_parked(here: Checked, owner: str) -> None:
    node, provision = things.node(owner, status="maintenance"), things.provision(here, owner)
    things.put(node, attributes={"provision_id": provision})
    things.put(provision, status="destroying")

    reply = here.call("DELETE", f"/nodes/{node}/maintenance", user=owner)

    assert (reply.status, reply.codes) == (409, ["wrong_state"])
    assert "being destroyed" in reply.body["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("failed_from", "ends_as", "status"),
    [
        ("destroying", "destroyed", 409),
        ("destroying", "declared_gone", 409),
        # The server was found to be there again: it may be used on.
        ("destroying", "gone_at_provider", 200),
        ("configuring", None, 200),
    ],
)
def test_node_whose_server_was_to_be_destroyed_stays_parked(
    here: Checked, owner: str, failed_from: str, ends_as: str | None, status: int
) -> None:
    node, provision = things.node(owner, status="maintenance"), things.provision(here, owner)
    things.put(node, attributes={"provision_id": provision})
    known = {"failed_from": failed_from, "ends_as": ends_as}
    things.put(provision, status="failed", clear_work=True, attributes=known)

    reply = here.call("DELETE", f"/nodes/{node}/maintenance", user=owner)

    assert reply.status == status
    if status == 409:
        assert reply.codes == ["wrong_state"]
        assert "try again or destroy it" in reply.body["errors"][0]["detail"]
