"""Nodes declared lost, and what can be done about everything that hung on them."""

from __future__ import annotations

import pytest

from chalicelib.domain.errors import HostUnreachable
from chalicelib.runtime import wiring
from tests.factories import deployment, settled
from tests.statemachines.deploys import held, hosts, start
from tests.statemachines.test_failures import FOR_GOOD
from tests.statemachines.test_watch import usage
from tests.world import World

NAME = {"name": "server-1"}
LOSE = ["BuryApps", "FinishLose"]


def dead(here: World) -> tuple[str, str]:
    """A node that was killed for good, and the app that ran there."""
    app = deployment(here)
    home = start(here, app)["node_id"]
    here.node.fails["connect"] = [HostUnreachable("no answer")] * 999
    return str(home), app


def declare(here: World, home: str) -> None:
    path = f"/nodes/{home}/declare_lost"
    name = here.call("GET", f"/nodes/{home}").attributes["name"]
    assert here.call("POST", path, {"name": name}, kind="nodes").status == 200


def test_everything_on_a_node_that_was_killed_for_good_can_be_removed(here: World) -> None:
    home, app = dead(here)
    [provision] = [one["id"] for one in here.call("GET", "/cloud_provisions").body["data"]]

    declare(here, home)

    node = settled(here, "nodes", home)
    assert (node["status"], node["health"], node["error_code"]) == ("lost", "unreachable", None)
    assert [state for state in here.states_of(home) if state in LOSE] == LOSE
    [tomb] = here.call("GET", "/deployments?filter[status]=deleted").body["data"]
    assert (tomb["id"], tomb["attributes"]["ended_reason"]) == (app, "node_lost")
    assert (hosts(), held("port#"), held("host#")) == ({}, [], [])
    assert set(usage(app)[-2:]) == {"deployment.stopped", "deployment.deleted"}
    assert here.call("DELETE", f"/cloud_provisions/{provision}").status == 204
    assert here.call("GET", "/nodes").body["data"] == []
    assert here.cloud.servers == {}


def test_app_whose_removal_fails_on_a_dead_node_goes_when_that_is_lost(here: World) -> None:
    home, app = dead(here)
    assert here.call("DELETE", f"/deployments/{app}").codes == ["delete_failed"]

    declare(here, home)

    settled(here, "nodes", home)
    assert here.call("GET", f"/deployments/{app}").status == 404


@pytest.mark.parametrize("times", [1, FOR_GOOD], ids=["once", "for good"])
def test_giving_up_whose_functions_die_is_repeated(here: World, times: int) -> None:
    home, app = dead(here)
    here.kills = dict.fromkeys(LOSE, times)
    declare(here, home)
    settled(here, "nodes", home)
    here.kills = {}

    declare(here, home)

    assert settled(here, "nodes", home)["status"] == "lost"
    record = wiring.records().get(app)
    assert record is not None
    assert record.status == "deleted"
