"""Nodes that their owners declare lost."""

from __future__ import annotations

import pytest

from chalicelib.domain.errors import NotReady, Stale
from chalicelib.runtime import wiring
from functions.steps.check import reach_node
from functions.steps.lose import finish_lose
from functions.steps.shared import bury_apps
from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.test_burials import lose, ran, step

NAME = {"name": "server-1"}


def test_node_is_lost_at_once_and_nothing_is_asked_of_it(here: Checked, owner: str) -> None:
    home = things.server(here, owner)

    reply = here.call("POST", f"/nodes/{home}/declare_lost", NAME, user=owner)

    assert (reply.status, reply.attributes["status"]) == (200, "lost")
    assert here.workflows.started[-1] == (home, "lose")
    assert here.call("POST", f"/nodes/{home}/check", user=owner).codes == ["wrong_state"]
    assert here.call("POST", f"/nodes/{home}/maintenance", user=owner).codes == ["wrong_state"]


def test_other_name_than_the_nodes_declares_nothing(here: Checked, owner: str) -> None:
    home = things.server(here, owner)

    reply = here.call("POST", f"/nodes/{home}/declare_lost", {"name": "server-2"}, user=owner)

    [error] = reply.body["errors"]
    assert (reply.status, error["source"]["pointer"]) == (422, "/data/attributes/name")
    assert "server-1" in error["detail"]
    assert here.call("GET", f"/nodes/{home}", user=owner).attributes["status"] == "online"


def test_declaring_twice_joins_and_a_third_time_finds_it_done(here: Checked, owner: str) -> None:
    home = things.server(here, owner)
    for _ in range(2):
        assert here.call("POST", f"/nodes/{home}/declare_lost", NAME, user=owner).status == 200
    assert here.workflows.started.count((home, "lose")) == 1
    step(bury_apps.handler, home)
    step(finish_lose.handler, home)

    again = here.call("POST", f"/nodes/{home}/declare_lost", NAME, user=owner)

    assert (again.status, again.attributes["work"]) == (200, None)
    assert again.attributes["health"] == "unreachable"


def test_check_in_hand_is_taken_over(here: Checked, owner: str) -> None:
    home = things.brought(here, owner)
    before = wiring.records().get(home)
    assert before is not None

    reply = here.call("POST", f"/nodes/{home}/declare_lost", {"name": "my server"}, user=owner)

    assert (reply.status, reply.attributes["work"]["kind"]) == (200, "lose")
    with pytest.raises(Stale):
        reach_node.handler({"id": home, "generation": before.generation}, None)


def test_nothing_is_placed_on_a_lost_node(here: Checked, owner: str) -> None:
    home = things.server(here, owner)
    here.call("POST", f"/nodes/{home}/declare_lost", NAME, user=owner)
    given = {"name": "app", "template_id": things.published(here, owner), "node_id": home}

    assert here.call("POST", "/deployments", given, user=owner).status == 409


def test_what_ended_halfway_is_begun_again(here: Checked, owner: str) -> None:
    home = things.server(here, owner)
    ran(here, owner, home)
    here.call("POST", f"/nodes/{home}/declare_lost", NAME, user=owner)
    things.put(home, clear_work=True)

    reply = here.call("POST", f"/nodes/{home}/declare_lost", NAME, user=owner)

    assert reply.attributes["work"]["kind"] == "lose"


def test_declaration_is_in_the_trail(here: Checked, owner: str) -> None:
    home = things.server(here, owner)

    lose(here, home, owner)

    entries = wiring.records().journal(home, limit=10, names=("lose_begun", "lost"))
    assert [(entry.name, entry.actor) for entry in entries] == [
        ("lost", "hoster"),
        ("lose_begun", owner),
    ]


def test_lost_node_with_apps_on_it_cannot_be_deleted_yet(here: Checked, owner: str) -> None:
    home = things.server(here, owner)
    ran(here, owner, home)
    here.call("POST", f"/nodes/{home}/declare_lost", NAME, user=owner)

    assert here.call("DELETE", f"/nodes/{home}", user=owner).codes == ["in_use"]


def test_app_that_was_listed_late_keeps_the_work_from_its_end(here: Checked, owner: str) -> None:
    home = things.server(here, owner)
    things.deployment(here, owner, node_id=home)
    assert here.call("POST", f"/nodes/{home}/declare_lost", NAME, user=owner).status == 200

    with pytest.raises(NotReady):
        step(finish_lose.handler, home)

    step(bury_apps.handler, home)
    step(finish_lose.handler, home)
    assert here.call("GET", f"/nodes/{home}", user=owner).attributes["work"] is None
