"""Destroying servers."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest

from chalicelib.domain.errors import Conflict, NotReady, Stale
from chalicelib.ports.records import Count
from chalicelib.runtime import wiring
from chalicelib.services.counters import use_key
from chalicelib.services.provisions import destroying
from chalicelib.services.provisions.destroying import begin_destroy, finish_destroy
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


def test_server_that_an_app_is_placed_on_at_that_moment_stays(here: Checked, owner: str) -> None:
    home, server = things.node(owner), things.provision(here, owner)
    things.put(server, status="ready", clear_work=True, attributes={"node_id": home})
    refuse = destroying.refuse_inhabited

    def late(*given: Any, **named: Any) -> None:
        """An app comes after the look that found none."""
        refuse(*given, **named)
        looked.side_effect = refuse
        things.deployment(here, owner, name="precious", node_id=home)

    with mock.patch.object(destroying, "refuse_inhabited", side_effect=late) as looked:
        reply = here.call("DELETE", f"/cloud_provisions/{server}", user=owner)

    assert (reply.status, reply.codes) == (409, ["in_use"])
    assert "precious" in reply.body["errors"][0]["detail"]
    kept = here.call("GET", f"/cloud_provisions/{server}", user=owner).attributes
    assert (kept["status"], kept["work"]) == ("ready", None)
    assert here.call("GET", f"/nodes/{home}", user=owner).attributes["status"] == "online"


@pytest.mark.parametrize(
    ("stood", "stands"), [("online", "maintenance"), ("offline", "maintenance"), ("lost", "lost")]
)
def test_nothing_is_placed_any_more_from_that_moment(
    here: Checked, owner: str, stood: str, stands: str
) -> None:
    home, server = things.node(owner, status=stood), things.provision(here, owner)
    things.put(server, status="ready", clear_work=True, attributes={"node_id": home})

    assert here.call("DELETE", f"/cloud_provisions/{server}", user=owner).status == 202

    assert here.call("GET", f"/nodes/{home}", user=owner).attributes["status"] == stands


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


def test_apps_go_along_by_force(here: Checked, owner: str, stranger: str) -> None:
    home = things.node(owner, public=True)
    server = things.provision(here, owner)
    things.put(server, status="ready", clear_work=True, attributes={"node_id": home})
    things.deployment(here, stranger, node_id=home, allow_public_nodes=True)

    reply = here.call("DELETE", f"/cloud_provisions/{server}?force=true", user=owner)

    assert reply.status == 202
    [told] = wiring.records().journal(server, limit=9, names=("destroy_with_apps_begun",))
    assert told.actor == owner


def test_force_is_said_plainly(here: Checked, owner: str) -> None:
    server = things.provision(here, owner)

    reply = here.call("DELETE", f"/cloud_provisions/{server}?force=1", user=owner)

    assert (reply.status, reply.body["errors"][0]["source"]) == (400, {"parameter": "force"})


def test_server_that_nobody_else_owns_is_not_forced_by_strangers(
    here: Checked, owner: str, stranger: str
) -> None:
    server = things.provision(here, owner)

    reply = here.call("DELETE", f"/cloud_provisions/{server}?force=true", user=stranger)

    assert reply.status == 404


def test_record_that_changes_at_that_moment_is_read_again(here: Checked, owner: str) -> None:
    """The making goes on between the reading and the write: the destroy takes over what it is."""
    server = things.provision(here, owner)
    old = wiring.records().get(server)
    assert old is not None
    things.put(server, status="creating", work_step="CreateServer")

    begun = begin_destroy(wiring, old, actor=owner)

    assert begun.status == "destroying"
    assert begun.attributes["taken_over"]["step"] == "CreateServer"


def test_strict_reader_is_told_of_the_change(here: Checked, owner: str) -> None:
    server = things.provision(here, owner)
    tag = here.call("GET", f"/cloud_provisions/{server}", user=owner).headers["ETag"]
    things.put(server, status="creating")

    reply = here.call(
        "DELETE", f"/cloud_provisions/{server}", user=owner, headers={"If-Match": tag}
    )

    assert reply.status == 412


def test_server_found_gone_is_taken_over_from_nobody(here: Checked, owner: str) -> None:
    server = things.provision(here, owner)
    record = wiring.records().get(server)
    assert record is not None

    with pytest.raises(Conflict, match="provision is in progress"):
        begin_destroy(wiring, record, actor="hoster", ended_reason="gone_at_provider")


def test_count_that_nothing_stands_behind_keeps_no_server_alive(here: Checked, owner: str) -> None:
    home = things.node(owner)
    server = things.provision(here, owner)
    things.put(server, status="ready", clear_work=True, attributes={"node_id": home})
    wiring.records().commit(Count(use_key(home, "what never was"), 1))
    here.call("DELETE", f"/cloud_provisions/{server}?force=true", user=owner)
    record = wiring.records().get(server)
    assert record is not None

    finish_destroy(wiring, record)

    assert here.call("GET", f"/cloud_provisions/{server}", user=owner).status == 404
    assert here.call("GET", f"/nodes/{home}", user=owner).status == 404


def test_server_with_an_app_that_is_still_there_is_not_finished(here: Checked, owner: str) -> None:
    home = things.node(owner)
    server = things.provision(here, owner)
    things.put(server, status="ready", clear_work=True, attributes={"node_id": home})
    things.deployment(here, owner, node_id=home)
    here.call("DELETE", f"/cloud_provisions/{server}?force=true", user=owner)
    record = wiring.records().get(server)
    assert record is not None

    with pytest.raises(NotReady):
        finish_destroy(wiring, record)
