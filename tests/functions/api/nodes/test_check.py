"""Checking nodes now; what a check finds is in `tests/statemachines/test_check.py`."""

from __future__ import annotations

from tests.functions import things
from tests.functions.checks import Checked


def test_check_is_work_that_leaves_the_status_alone(here: Checked, owner: str) -> None:
    node = things.node(owner)

    reply = here.call("POST", f"/nodes/{node}/check", user=owner)

    assert (reply.status, reply.attributes["status"]) == (200, "online")
    assert reply.attributes["work"]["kind"] == "check"
    assert here.workflows.started == [(node, "check")]


def test_second_check_is_told_of_the_first(here: Checked, owner: str) -> None:
    node = things.brought(here, owner)

    reply = here.call("POST", f"/nodes/{node}/check", user=owner)

    assert (reply.status, reply.codes) == (409, ["work_in_progress"])
    assert reply.body["errors"][0]["detail"].startswith("check is in progress since ")


def test_lost_node_is_not_checked(here: Checked, owner: str) -> None:
    reply = here.call("POST", f"/nodes/{things.node(owner, status='lost')}/check", user=owner)

    assert (reply.status, reply.codes) == (409, ["wrong_state"])
