"""Bringing servers."""

from __future__ import annotations

import pytest

from chalicelib.runtime import wiring
from chalicelib.services.counters import plan_key, total_key
from tests.functions import things
from tests.functions.checks import Checked


def test_brought_server_is_offline_until_the_check_that_begins_at_once(
    here: Checked, owner: str
) -> None:
    key = things.ssh_key(here, owner)

    reply = here.call(
        "POST", "/nodes", things.node_attributes(ssh_key_id=key, location=""), user=owner
    )

    shown = reply.attributes
    assert (reply.status, shown["status"], shown["health"]) == (201, "offline", "unknown")
    assert shown["work"]["kind"] == "check"
    assert here.workflows.started == [(reply.id, "check")]
    defaults = ("ssh_port", "docker_socket", "capabilities", "public", "provider_type", "location")
    assert [shown[name] for name in defaults] == [
        22,
        "/var/run/docker.sock",
        ["standard"],
        False,
        "manual",
        None,
    ]
    assert (shown["ssh_key_id"], shown["address"]) == (key, "198.51.100.7")
    read = here.call("GET", f"/nodes/{reply.id}", user=owner)
    assert read.attributes == shown
    assert (read.headers["ETag"], read.id.split("_")[0]) == (reply.headers["ETag"], "node")


def test_everything_that_can_be_said_is_kept(here: Checked, owner: str) -> None:
    here.world.names["server.example.com"] = ("203.0.113.9",)
    given = {
        "name": "Big one",
        "ssh_host": "Server.Example.com.",
        "ssh_port": 2222,
        "ssh_user": "deploy",
        "docker_socket": "/run/user/1000/docker.sock",
        "public": True,
        "capabilities": ["gpu", "high-memory", "gpu", "tape-robot"],
        "location": "Frankfurt, rack 4",
        "base_domain": "apps.Example.com",
    }

    reply = here.call("POST", "/nodes", given, user=owner)

    assert reply.status == 201
    kept = given | {
        "ssh_host": "server.example.com",
        "capabilities": ["gpu", "high-memory", "tape-robot"],
        "base_domain": "apps.example.com",
    }
    assert {name: reply.attributes[name] for name in kept} == kept
    assert reply.attributes["address"] == "203.0.113.9"
    record = wiring.records().get(reply.id)
    assert record is not None
    assert record.public


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.8.8.8",
        "169.254.169.254",
        "224.0.0.1",
        "255.255.255.255",
        "0.0.0.0",
        "10.66.1.2",
    ],
)
def test_address_in_which_no_server_may_be_is_refused(
    here: Checked, owner: str, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    refused = wiring.settings().model_copy(update={"refused_networks": ("10.66.0.0/16",)})
    monkeypatch.setattr(wiring, "settings", lambda: refused)

    reply = here.call("POST", "/nodes", things.node_attributes(ssh_host=host), user=owner)

    assert (reply.status, reply.codes) == (422, ["invalid"])
    assert reply.body["errors"][0]["source"] == {"pointer": "/data/attributes/ssh_host"}
    assert "loopback, link-local" in reply.body["errors"][0]["detail"]
    assert here.workflows.started == []


@pytest.mark.parametrize(
    ("addresses", "says"),
    [
        ((), "can be found"),
        (("127.0.0.1",), "leads to 127.0.0.1"),
        (("203.0.113.5", "169.254.169.254"), "leads to 169.254.169.254"),
    ],
)
def test_name_that_leads_nowhere_or_inside_is_refused(
    here: Checked, owner: str, addresses: tuple[str, ...], says: str
) -> None:
    here.world.names["inner.example.com"] = addresses

    given = things.node_attributes(ssh_host="inner.example.com")
    reply = here.call("POST", "/nodes", given, user=owner)

    assert (reply.status, reply.codes) == (422, ["invalid"])
    assert says in reply.body["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "ab"),
        ("name", "a\nb c"),
        ("ssh_host", "localhost"),
        ("ssh_host", "2001:db8::1"),
        ("ssh_host", "root@198.51.100.7"),
        ("ssh_host", "127.1"),
        ("ssh_host", "198.51.100.7; reboot"),
        ("ssh_port", 0),
        ("ssh_port", 65536),
        ("ssh_port", "ssh"),
        ("ssh_user", "root; reboot"),
        ("ssh_user", ""),
        ("docker_socket", "var/run/docker.sock"),
        ("docker_socket", "/run/a b"),
        ("docker_socket", "/run/$(reboot)"),
        ("capabilities", []),
        ("capabilities", ["GPU"]),
        ("capabilities", ["-"]),
        ("public", "perhaps"),
        ("base_domain", "no_domain"),
    ],
)
def test_value_that_does_not_fit_is_named(
    here: Checked, owner: str, field: str, value: object
) -> None:
    given = things.node_attributes(**{field: value})

    reply = here.call("POST", "/nodes", given, user=owner)

    assert (reply.status, reply.codes) == (422, ["invalid"])
    pointer = reply.body["errors"][0]["source"]["pointer"]
    assert pointer.startswith(f"/data/attributes/{field}")


def test_key_of_somebody_else_and_a_refused_address_are_told_together(
    here: Checked, owner: str, stranger: str
) -> None:
    key = things.ssh_key(here, stranger)
    given = things.node_attributes(ssh_key_id=key, ssh_host="127.0.0.1")

    reply = here.call("POST", "/nodes", given, user=owner)

    assert (reply.status, sorted(reply.codes)) == (422, ["invalid", "not_found"])
    assert {e["source"]["pointer"] for e in reply.body["errors"]} == {
        "/data/attributes/ssh_host",
        "/data/attributes/ssh_key_id",
    }


def test_deleted_key_is_not_found(here: Checked, owner: str) -> None:
    key = things.ssh_key(here, owner)
    assert here.call("DELETE", f"/ssh_keys/{key}", user=owner).status == 204

    reply = here.call("POST", "/nodes", things.node_attributes(ssh_key_id=key), user=owner)

    assert (reply.status, reply.codes) == (422, ["not_found"])


def test_brought_and_made_servers_count_against_one_limit(here: Checked, owner: str) -> None:
    given = things.provision_attributes(things.credential(here, owner))
    assert here.call("POST", "/cloud_provisions", given, user=owner, plan="free").status == 201

    reply = here.call("POST", "/nodes", things.node_attributes(), user=owner, plan="free")

    assert (reply.status, reply.codes) == (403, ["plan_limit_exceeded"])
    detail = reply.body["errors"][0]["detail"]
    assert "starter" in detail
    records = wiring.records()
    assert records.counter(plan_key("max_nodes", owner)) == 1
    assert records.counter(total_key("nodes", owner)) == 0
    assert here.call("POST", "/nodes", things.node_attributes(), user=owner).status == 201
    assert records.counter(plan_key("max_nodes", owner)) == 2


def test_check_that_could_not_be_started_is_left_to_the_sweep(here: Checked, owner: str) -> None:
    here.workflows.away = True

    reply = here.call("POST", "/nodes", things.node_attributes(), user=owner)

    assert reply.status == 201
    assert reply.id in [record.id for record in wiring.records().working(limit=1000)]


def test_key_that_a_node_uses_is_not_deleted(here: Checked, owner: str) -> None:
    key = things.ssh_key(here, owner)
    node = things.brought(here, owner, ssh_key_id=key)

    reply = here.call("DELETE", f"/ssh_keys/{key}", user=owner)

    assert (reply.status, reply.codes) == (409, ["in_use"])
    assert here.call("DELETE", f"/nodes/{node}", user=owner).status == 204
    assert here.call("DELETE", f"/ssh_keys/{key}", user=owner).status == 204
