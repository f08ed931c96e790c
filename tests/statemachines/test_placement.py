"""Apps whose node changes between the choice and the placement: moved where Hoster chose it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.errors import HostUnreachable
from chalicelib.domain.host_ports import FIRST_PORT, PORTS
from chalicelib.ports.records import Reserve
from chalicelib.runtime import wiring
from chalicelib.services.counters import port_key, use_keys
from tests.factories import settled, template
from tests.functions import things
from tests.statemachines.deploys import WHOLE, held, start
from tests.world import World


def server(here: World, **changes: Any) -> str:
    """A node that can be logged in to."""
    key = here.call("POST", "/ssh_keys", {"name": "mine", "private_key": things.a_private_key()})
    node = things.node("user-a")
    known = {"ssh_key_id": key.id, "host_key": here.node.host_key, "address": "10.77.0.9"}
    things.put(node, attributes=known | changes)
    return node


def app(here: World, **changes: Any) -> str:
    given = {"name": "my app", "template_id": template(here)} | changes
    return here.call("POST", "/deployments", given).id


def users(node: str) -> float:
    return sum(wiring.records().counters(use_keys(node)).values())


def taken(node: str) -> float:
    return wiring.records().counter(f"capacity#{node}#memory")


def no_room(node: str) -> None:
    things.give_away(node, memory=8000)


def offline(node: str) -> None:
    things.put(node, status="offline")


def full_disk(node: str) -> None:
    things.put(node, attributes={"disk_used_percent": 97.5})


LOST: dict[str, Callable[[str], None]] = {"its room": no_room, "its connection": offline}


@pytest.fixture
def two(here: World) -> tuple[str, str]:
    """Two nodes, of which the first is chosen."""
    return server(here), server(here, capacity_memory_mb=4096)


@pytest.mark.parametrize("lose", LOST.values(), ids=LOST.keys())
def test_chosen_node_that_lost_what_is_needed_gives_way_to_another(
    here: World, two: tuple[str, str], lose: Callable[[str], None]
) -> None:
    first, second = two
    made = app(here)
    here.before["PlaceDeployment"] = lambda: lose(first)

    done = start(here, made)

    assert (done["status"], done["node_id"]) == ("running", second), done["error_message"]
    assert here.states_of(made) == WHOLE
    assert (users(first), users(second)) == (0, 1)
    assert taken(second) == done["resources_memory_mb"]
    assert held("port#") == [port_key(second, done["proxy_port"])]
    assert here.call("DELETE", f"/deployments/{made}").status == 204
    assert (users(second), taken(second), held("port#")) == (0, 0, [])


def test_chosen_node_without_a_free_port_gives_way_to_another(
    here: World, two: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.domain.host_ports.PORTS", 2)
    assert PORTS > 2
    for port in (FIRST_PORT, FIRST_PORT + 1):
        wiring.records().commit(Reserve(port_key(two[0], port), "somebody"))

    done = start(here, app(here))

    assert (done["status"], done["node_id"]) == ("running", two[1]), done["error_message"]


@pytest.mark.parametrize(
    ("lose", "code"), [(no_room, "node_full"), (offline, "node_not_online")], ids=LOST.keys()
)
def test_named_node_that_lost_what_is_needed_fails_the_app(
    here: World, two: tuple[str, str], lose: Callable[[str], None], code: str
) -> None:
    first, _ = two
    made = app(here, node_id=first)
    here.before["PlaceDeployment"] = lambda: lose(first)

    done = start(here, made)

    assert (done["status"], done["error_code"]) == ("failed", code)
    assert done["node_id"] == first
    assert held("port#") == held("host#") == []


def test_app_that_found_no_room_anywhere_says_which_slot_is_the_largest(
    here: World, two: tuple[str, str]
) -> None:
    made = app(here)

    def crowded() -> None:
        things.give_away(two[0], memory=8192)
        things.give_away(two[1], memory=4000)

    here.before["PlaceDeployment"] = crowded

    done = start(here, made)

    assert (done["status"], done["error_code"]) == ("failed", "no_room")
    assert "the largest free slot is 16 CPU cores, 96 MB of memory" in done["error_message"]
    assert f"the app needs 1 CPU cores, {done['resources_memory_mb']} MB" in done["error_message"]
    assert (users(two[0]), users(two[1])) == (1, 0)
    things.give_away(two[1], memory=-4000)
    assert start(here, made)["node_id"] == two[1]
    assert (users(two[0]), users(two[1])) == (0, 1)


def test_placed_app_stays_on_its_node(here: World, two: tuple[str, str]) -> None:
    made = app(here)
    done = start(here, made)
    here.call("POST", f"/deployments/{made}/stop")
    settled(here, "deployments", made)
    no_room(done["node_id"])

    again = start(here, made)

    assert (again["status"], again["node_id"]) == ("running", two[0])


@pytest.mark.parametrize("status", ["pending", "stopped"])
def test_nothing_starts_on_a_disk_that_is_nearly_full(
    here: World, two: tuple[str, str], status: str
) -> None:
    made = app(here, node_id=two[0])
    if status == "stopped":
        start(here, made)
        full_disk(two[0])
        assert here.call("POST", f"/deployments/{made}/restart").status == 200
        assert settled(here, "deployments", made)["status"] == "running"
        assert here.call("POST", f"/deployments/{made}/stop").status == 200
        assert settled(here, "deployments", made)["status"] == "stopped"
    full_disk(two[0])

    refused = here.call("POST", f"/deployments/{made}/start")

    assert (refused.status, refused.codes) == (409, ["node_disk_full"])
    assert "server-1 is 98 % full" in refused.body["errors"][0]["detail"]


def test_choice_leaves_out_a_node_whose_disk_is_nearly_full(
    here: World, two: tuple[str, str]
) -> None:
    full_disk(two[0])

    assert start(here, app(here))["node_id"] == two[1]


def test_server_that_the_watch_takes_offline_in_a_deploy_is_asked_all_the_same(
    here: World,
) -> None:
    node = server(here)
    made = app(here, node_id=node)
    here.before["PrepareNode"] = lambda: offline(node)

    assert start(here, made)["status"] == "running"


def test_server_that_dies_in_a_deploy_is_told_of_in_its_own_words(here: World) -> None:
    node = server(here)
    made = app(here, node_id=node)

    def die() -> None:
        offline(node)
        here.node.fails["connect"] = [HostUnreachable("no route to it")] * 99

    here.before["PrepareNode"] = die

    done = start(here, made)

    assert (done["status"], done["error_code"]) == ("failed", "host_unreachable")
