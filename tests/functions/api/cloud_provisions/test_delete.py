"""Destroying servers."""

from __future__ import annotations

import pytest

from chalicelib.domain.errors import Stale
from chalicelib.runtime import wiring
from functions.steps.provision import create_server
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


@pytest.mark.parametrize("status", ["pending", "creating", "configuring"])
def test_server_that_is_being_made_is_taken_over(here: Checked, owner: str, status: str) -> None:
    server = things.provision(here, owner)
    before = things.put(server, status=status, work_step="CreateServer")

    reply = here.call("DELETE", f"/cloud_provisions/{server}", user=owner)

    record = wiring.records().get(server)
    assert record is not None
    assert record.work is not None
    assert (reply.status, reply.attributes["status"]) == (202, "destroying")
    assert (record.work.kind, record.generation) == ("destroy", before.generation + 1)
    assert here.workflows.started[-1] == (server, "destroy")


def test_step_of_what_was_taken_over_writes_no_more(here: Checked, owner: str) -> None:
    server = things.provision(here, owner)
    before = wiring.records().get(server)
    assert before is not None
    here.call("DELETE", f"/cloud_provisions/{server}", user=owner)

    with pytest.raises(Stale):
        create_server.handler({"id": server, "generation": before.generation}, None)

    assert here.cloud.orders == []


def test_second_destroy_joins_the_first(here: Checked, owner: str) -> None:
    server = things.provision(here, owner)
    things.put(server, status="ready", clear_work=True)
    here.call("DELETE", f"/cloud_provisions/{server}", user=owner)

    reply = here.call("DELETE", f"/cloud_provisions/{server}", user=owner)

    assert (reply.status, reply.attributes["status"]) == (202, "destroying")
    assert here.workflows.started.count((server, "destroy")) == 1
