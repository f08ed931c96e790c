"""Servers that their owners declare gone."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked

NAME = {"name": "server-1"}
KIND: Any = {"kind": "cloud_provisions"}


def ready(here: Checked, owner: str, **attributes: Any) -> str:
    server = things.provision(here, owner)
    things.put(server, status="ready", clear_work=True, attributes=attributes)
    return server


def test_declaration_begins_a_destroy_that_asks_nobody(here: Checked, owner: str) -> None:
    server = ready(here, owner)

    reply = here.call("POST", f"/cloud_provisions/{server}/declare_gone", NAME, user=owner, **KIND)

    assert (reply.status, reply.attributes["status"]) == (200, "destroying")
    assert reply.attributes["ended_reason"] is None
    assert here.workflows.started[-1] == (server, "destroy")
    [told] = wiring.records().journal(server, limit=9, names=("gone_declared",))
    assert told.actor == owner


def test_other_name_declares_nothing(here: Checked, owner: str) -> None:
    server = ready(here, owner)

    reply = here.call(
        "POST", f"/cloud_provisions/{server}/declare_gone", {"name": "server"}, user=owner, **KIND
    )

    [error] = reply.body["errors"]
    assert (reply.status, error["source"]["pointer"]) == (422, "/data/attributes/name")
    assert "server-1" in error["detail"]
    assert (server, "destroy") not in here.workflows.started


def test_apps_do_not_hold_it_back(here: Checked, owner: str) -> None:
    home = things.node(owner)
    server = ready(here, owner, node_id=home)
    things.deployment(here, owner, node_id=home)

    reply = here.call("POST", f"/cloud_provisions/{server}/declare_gone", NAME, user=owner, **KIND)

    assert reply.status == 200


def test_declaring_twice_joins(here: Checked, owner: str) -> None:
    server = ready(here, owner)

    for _ in range(2):
        reply = here.call(
            "POST", f"/cloud_provisions/{server}/declare_gone", NAME, user=owner, **KIND
        )
        assert reply.status == 200

    assert here.workflows.started.count((server, "destroy")) == 1


def test_declaration_goes_over_a_destroy_and_a_making(here: Checked, owner: str) -> None:
    for begin in ("DELETE", None):
        server = ready(here, owner) if begin else things.provision(here, owner)
        if begin:
            assert here.call(begin, f"/cloud_provisions/{server}", user=owner).status == 202
        before = wiring.records().get(server)

        here.call("POST", f"/cloud_provisions/{server}/declare_gone", NAME, user=owner, **KIND)

        after = wiring.records().get(server)
        assert before is not None
        assert after is not None
        assert after.generation == before.generation + 1
        assert after.attributes["declared_gone"] is True


def test_later_delete_joins_the_declaration(here: Checked, owner: str) -> None:
    server = ready(here, owner)
    here.call("POST", f"/cloud_provisions/{server}/declare_gone", NAME, user=owner, **KIND)

    assert here.call("DELETE", f"/cloud_provisions/{server}", user=owner).status == 202

    record = wiring.records().get(server)
    assert record is not None
    assert record.attributes["declared_gone"] is True
