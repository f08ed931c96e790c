"""Destroying servers."""

from __future__ import annotations

from tests.functions import things
from tests.functions.checks import Checked


def test_destroy_is_work(here: Checked, owner: str) -> None:
    server = things.provision(here, owner)
    things.put(server, status="ready", clear_work=True)

    reply = here.call("DELETE", f"/cloud_provisions/{server}", user=owner)

    assert (reply.status, reply.attributes["status"]) == (202, "destroying")
    assert here.workflows.started[-1] == (server, "destroy")


def test_server_on_which_apps_live_stays(here: Checked, owner: str) -> None:
    server, node = things.provision(here, owner), things.node(owner)
    things.put(server, status="ready", clear_work=True, attributes={"node_id": node})
    things.deployment(here, owner, name="precious", node_id=node)

    reply = here.call("DELETE", f"/cloud_provisions/{server}", user=owner)

    assert (reply.status, reply.codes) == (409, ["in_use"])
    assert "precious" in reply.body["errors"][0]["detail"]


def test_server_that_is_being_made_is_cancelled_first(here: Checked, owner: str) -> None:
    server = things.provision(here, owner)

    reply = here.call("DELETE", f"/cloud_provisions/{server}", user=owner)

    assert (reply.status, reply.codes) == (409, ["work_in_progress"])
    assert "cancel" in reply.body["errors"][0]["detail"]


def test_second_destroy_joins_the_first(here: Checked, owner: str) -> None:
    server = things.provision(here, owner)
    things.put(server, status="ready", clear_work=True)
    here.call("DELETE", f"/cloud_provisions/{server}", user=owner)

    reply = here.call("DELETE", f"/cloud_provisions/{server}", user=owner)

    assert (reply.status, reply.attributes["status"]) == (202, "destroying")
    assert here.workflows.started.count((server, "destroy")) == 1
