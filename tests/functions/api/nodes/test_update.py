"""Changing nodes."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.host_keys import fingerprint
from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked

PINNED = "ssh-ed25519 AAAApinned"
OFFERED = fingerprint("ssh-ed25519 AAAA")
ANOTHER = fingerprint("ssh-ed25519 BBBB")


def online(here: Checked, owner: str) -> str:
    """A brought node that a check found well."""
    node = things.brought(here, owner, ssh_key_id=things.ssh_key(here, owner))
    found = {"host_key": PINNED, "docker_version": "20.10.24"}
    things.put(node, status="online", health="healthy", attributes=found, clear_work=True)
    here.workflows.started.clear()
    return node


def test_what_describes_a_node_changes_nothing_else(here: Checked, owner: str) -> None:
    node = online(here, owner)
    changes = {"name": "renamed", "capabilities": ["ssd"], "location": None, "public": True}

    reply = here.call("PATCH", f"/nodes/{node}", changes, user=owner)

    assert reply.status == 200
    assert {name: reply.attributes[name] for name in changes} == changes
    assert (reply.attributes["status"], reply.attributes["host_key"]) == ("online", PINNED)
    assert here.workflows.started == []
    record = wiring.records().get(node)
    assert record is not None
    assert record.public
    here.call("PATCH", f"/nodes/{node}", {"public": False}, user=owner)
    record = wiring.records().get(node)
    assert record is not None
    assert not record.public


@pytest.mark.parametrize(
    "changes",
    [
        {"ssh_host": "198.51.100.8"},
        {"ssh_port": 2222},
        {"ssh_user": "deploy"},
        {"ssh_key_id": None},
        {"docker_socket": "/run/docker.sock"},
        {"host_key": None},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_new_way_in_takes_a_node_offline_until_it_is_checked(
    here: Checked, owner: str, changes: dict[str, Any]
) -> None:
    node = online(here, owner)

    reply = here.call("PATCH", f"/nodes/{node}", changes, user=owner)

    shown = reply.attributes
    assert (reply.status, shown["status"], shown["health"]) == (200, "offline", "unknown")
    assert shown["host_key"] is None
    assert here.workflows.started == [(node, "check")]
    read = here.call("GET", f"/nodes/{node}", user=owner)
    assert {**read.attributes, "updated_at": ""} == {**shown, "updated_at": ""}


def test_name_that_leads_elsewhere_by_now_is_a_new_way_in(here: Checked, owner: str) -> None:
    here.world.names["moving.example.com"] = ("203.0.113.1",)
    node = things.brought(here, owner, ssh_host="moving.example.com")
    things.put(node, status="online", clear_work=True)
    same = {"ssh_host": "moving.example.com"}
    assert here.call("PATCH", f"/nodes/{node}", same, user=owner).attributes["status"] == "online"
    here.world.names["moving.example.com"] = ("203.0.113.2",)

    reply = here.call("PATCH", f"/nodes/{node}", same, user=owner)

    assert (reply.attributes["status"], reply.attributes["address"]) == ("offline", "203.0.113.2")


def test_new_way_into_a_parked_node_leaves_it_parked(here: Checked, owner: str) -> None:
    node = online(here, owner)
    things.put(node, status="maintenance")

    reply = here.call("PATCH", f"/nodes/{node}", {"ssh_port": 2222}, user=owner)

    assert (reply.attributes["status"], reply.attributes["work"]["kind"]) == (
        "maintenance",
        "check",
    )


def test_new_way_in_waits_for_the_check_of_the_old_one(here: Checked, owner: str) -> None:
    node = things.brought(here, owner)

    reply = here.call("PATCH", f"/nodes/{node}", {"ssh_port": 2222}, user=owner)

    assert (reply.status, reply.codes) == (409, ["work_in_progress"])
    assert here.call("PATCH", f"/nodes/{node}", {"name": "other"}, user=owner).status == 200


def test_key_and_address_are_looked_at_as_at_creation(
    here: Checked, owner: str, stranger: str
) -> None:
    node = online(here, owner)
    changes = {"ssh_key_id": things.ssh_key(here, stranger), "ssh_host": "127.0.0.1"}

    reply = here.call("PATCH", f"/nodes/{node}", changes, user=owner)

    assert (reply.status, sorted(reply.codes)) == (422, ["invalid", "not_found"])
    assert here.call("GET", f"/nodes/{node}", user=owner).attributes["status"] == "online"


def test_new_key_is_in_use_and_the_old_one_no_longer(here: Checked, owner: str) -> None:
    node = online(here, owner)
    old = here.call("GET", f"/nodes/{node}", user=owner).attributes["ssh_key_id"]
    new = things.ssh_key(here, owner)

    assert here.call("PATCH", f"/nodes/{node}", {"ssh_key_id": new}, user=owner).status == 200

    assert here.call("DELETE", f"/ssh_keys/{old}", user=owner).status == 204
    assert here.call("DELETE", f"/ssh_keys/{new}", user=owner).codes == ["in_use"]


def test_pinned_key_can_be_forgotten_and_not_chosen(here: Checked, owner: str) -> None:
    node = online(here, owner)

    reply = here.call("PATCH", f"/nodes/{node}", {"host_key": "ssh-ed25519 AAAA"}, user=owner)

    assert (reply.status, reply.codes) == (422, ["invalid"])


def accept(here: Checked, node: str, owner: str, compared: str, **also: Any) -> Any:
    given = {"accepted_host_key_fingerprint": compared, **also}
    return here.call("PATCH", f"/nodes/{node}", given, user=owner)


def test_key_that_is_offered_is_accepted_by_its_fingerprint(here: Checked, owner: str) -> None:
    node = online(here, owner)
    things.put(node, attributes={"offered_host_key_fingerprint": OFFERED})

    shown = accept(here, node, owner, OFFERED).attributes

    assert (shown["status"], shown["host_key"]) == ("offline", None)
    assert shown["offered_host_key_fingerprint"] is None
    assert here.workflows.started == [(node, "check")]
    record = wiring.records().get(node)
    assert record is not None
    assert record.attributes["accepted_host_key_fingerprint"] == OFFERED


@pytest.mark.parametrize("offered", [ANOTHER, None])
@pytest.mark.parametrize("also", [{}, {"host_key": None}])
def test_key_that_is_not_offered_now_is_not_accepted(
    here: Checked, owner: str, offered: str | None, also: dict[str, Any]
) -> None:
    node = online(here, owner)
    of_before = {"accepted_host_key_fingerprint": OFFERED}
    things.put(node, attributes={"offered_host_key_fingerprint": offered, **of_before})

    reply = accept(here, node, owner, OFFERED, **also)

    assert (reply.status, reply.codes) == (409, ["conflict"])
    assert (offered or "none") in reply.body["errors"][0]["detail"]
    assert here.call("GET", f"/nodes/{node}", user=owner).attributes["host_key"] == PINNED
    assert here.workflows.started == []


@pytest.mark.parametrize("compared", [None, "", "MD5:aa", "SHA256:short"])
def test_what_is_no_fingerprint_is_not_accepted(here: Checked, owner: str, compared: Any) -> None:
    assert accept(here, online(here, owner), owner, compared).codes == ["invalid"]


@pytest.mark.parametrize("left", ["offered", "accepted"])
def test_forgetting_the_pin_forgets_which_key_was_offered_or_accepted(
    here: Checked, owner: str, left: str
) -> None:
    node = online(here, owner)
    things.put(node, attributes={"host_key": None, f"{left}_host_key_fingerprint": OFFERED})

    reply = here.call("PATCH", f"/nodes/{node}", {"host_key": None}, user=owner)

    assert (reply.status, here.workflows.started) == (200, [(node, "check")])
    record = wiring.records().get(node)
    assert record is not None
    assert record.attributes.get("offered_host_key_fingerprint") is None
    assert record.attributes.get("accepted_host_key_fingerprint") is None


def made_by_us(here: Checked, owner: str) -> str:
    node = things.node(owner)
    things.put(node, attributes={"provision_id": things.provision(here, owner)})
    return node


def test_server_that_hoster_made_keeps_its_address_and_key(here: Checked, owner: str) -> None:
    node = made_by_us(here, owner)
    changes = {"ssh_host": "198.51.100.8", "ssh_port": 2222, "ssh_user": "me", "name": "mine"}

    reply = here.call("PATCH", f"/nodes/{node}", changes, user=owner)

    assert (reply.status, reply.codes) == (422, ["invalid"] * 3)
    assert (
        "accepted_host_key_fingerprint, capabilities, host_key" in reply.body["errors"][0]["detail"]
    )
    changes = {"name": "mine", "public": True, "location": "here", "capabilities": ["ssd"]}
    assert here.call("PATCH", f"/nodes/{node}", changes, user=owner).status == 200


def test_pinned_key_of_a_server_that_hoster_made_can_be_forgotten(
    here: Checked, owner: str
) -> None:
    node = made_by_us(here, owner)
    things.put(node, attributes={"host_key": "ssh-ed25519 AAAA"})

    reply = here.call("PATCH", f"/nodes/{node}", {"host_key": None}, user=owner)

    assert (reply.status, reply.attributes["work"]["kind"]) == (200, "check")


def test_lost_server_is_not_reached_another_way(here: Checked, owner: str) -> None:
    node = things.brought(here, owner)
    things.put(node, status="lost", clear_work=True)

    reply = here.call("PATCH", f"/nodes/{node}", {"ssh_host": "198.51.100.8"}, user=owner)

    assert (reply.status, reply.codes) == (409, ["wrong_state"])
    assert here.call("PATCH", f"/nodes/{node}", {"name": "mine"}, user=owner).status == 200


def test_nothing_to_change_is_refused(here: Checked, owner: str) -> None:
    reply = here.call("PATCH", f"/nodes/{things.node(owner)}", {}, user=owner)

    assert (reply.status, reply.codes) == (400, ["bad_request"])
