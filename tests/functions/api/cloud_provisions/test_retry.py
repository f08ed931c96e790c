"""Trying failed provisions again."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked


@pytest.mark.parametrize(
    ("failed_from", "becomes", "kind"),
    [("creating", "pending", "provision"), ("destroying", "destroying", "destroy")],
)
def test_what_failed_is_begun_again(
    here: Checked, owner: str, failed_from: str, becomes: str, kind: str
) -> None:
    server = things.provision(here, owner)
    things.put(server, status="failed", clear_work=True, attributes={"failed_from": failed_from})

    reply = here.call("POST", f"/cloud_provisions/{server}/retry", user=owner)

    shown = reply.attributes
    assert (reply.status, shown["status"], shown["generation"]) == (200, becomes, 2)
    assert shown["work"]["kind"] == kind
    assert here.workflows.started[-1] == (server, kind)


def test_server_that_did_not_fail_is_not_tried_again(here: Checked, owner: str) -> None:
    server = things.provision(here, owner)

    reply = here.call("POST", f"/cloud_provisions/{server}/retry", user=owner)

    assert (reply.status, reply.codes) == (409, ["wrong_state"])
    assert "pending" in reply.body["errors"][0]["detail"]


def failed_with_apps(here: Checked, owner: str, **attributes: Any) -> tuple[str, str]:
    """A server whose forced destroy failed, and where an app lives since."""
    home = things.node(owner)
    server = things.provision(here, owner)
    known = {"failed_from": "destroying", "with_apps": True, "node_id": home} | attributes
    things.put(server, status="failed", clear_work=True, attributes=known)
    return server, things.deployment(here, owner, node_id=home)


def test_apps_that_live_there_since_are_not_taken_along_unasked(here: Checked, owner: str) -> None:
    server, app = failed_with_apps(here, owner, ends_as="destroyed")

    reply = here.call("POST", f"/cloud_provisions/{server}/retry", user=owner)

    assert (reply.status, reply.codes) == (409, ["in_use"])
    name = here.call("GET", f"/deployments/{app}", user=owner).attributes["name"]
    assert name in reply.body["errors"][0]["detail"]
    assert (server, "destroy") not in here.workflows.started
    forced = here.call("DELETE", f"/cloud_provisions/{server}?force=true", user=owner)
    assert forced.status == 202


def test_apps_that_come_after_the_retry_stay(here: Checked, owner: str) -> None:
    home, server = things.node(owner), things.provision(here, owner)
    known = {"failed_from": "destroying", "with_apps": True, "node_id": home}
    things.put(server, status="failed", clear_work=True, attributes=known)

    assert here.call("POST", f"/cloud_provisions/{server}/retry", user=owner).status == 200

    begun = wiring.records().get(server)
    assert begun is not None
    assert begun.attributes["with_apps"] is False


@pytest.mark.parametrize("ends_as", ["gone_at_provider", "declared_gone"])
def test_what_is_gone_is_ended_with_its_apps(here: Checked, owner: str, ends_as: str) -> None:
    server, _ = failed_with_apps(here, owner, ends_as=ends_as)

    reply = here.call("POST", f"/cloud_provisions/{server}/retry", user=owner)

    assert (reply.status, reply.attributes["status"]) == (200, "destroying")
    begun = wiring.records().get(server)
    assert begun is not None
    assert begun.attributes["with_apps"] is True
