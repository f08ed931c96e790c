"""Trying failed provisions again."""

from __future__ import annotations

import pytest

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
