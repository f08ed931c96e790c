"""Keys and firewalls: made once, found, replaced, removed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.local.digitalocean.rig import (
    GONE,
    OTHER,
    PUBLIC,
    Machines,
    Place,
    Provider,
    provider,
    refusal,
)

ANYWHERE = {"addresses": ["0.0.0.0/0"]}
REFUSED = (422, "unprocessable_entity")


def make_key(cloud: Provider, public: str = PUBLIC[0], **more: Any) -> httpx.Response:
    return cloud.call("POST", "/v2/account/keys", {"name": "k", "public_key": public}, **more)


@pytest.fixture(autouse=True)
def tags(cloud: Provider) -> None:
    """A firewall may only name tags that exist."""
    for tag in ("t", "u"):
        cloud.call("POST", "/v2/tags", {"name": tag})


def firewall(**given: Any) -> dict[str, Any]:
    rule = {"protocol": "tcp", "ports": "22", "sources": ANYWHERE}
    return {"name": "fw", "tags": ["t"], "inbound_rules": [rule], "outbound_rules": [], **given}


def test_key_is_found_by_number_and_fingerprint(cloud: Provider) -> None:
    made = make_key(cloud)

    key = made.json()["ssh_key"]
    assert made.status_code == 201
    assert (key["name"], key["public_key"]) == ("k", PUBLIC[0])
    assert len(key["fingerprint"].split(":")) == 16
    for name in (key["id"], key["fingerprint"]):
        assert cloud.get(f"/v2/account/keys/{name}").json() == {"ssh_key": key}
    assert cloud.get("/v2/account/keys").json()["ssh_keys"] == [key]


def test_key_is_registered_once_in_each_account(cloud: Provider) -> None:
    make_key(cloud)

    again = make_key(cloud, PUBLIC[0].replace(" me", " another comment"))
    elsewhere = make_key(cloud, headers={"Authorization": f"Bearer {OTHER}"})

    assert refusal(again) == (*REFUSED, "SSH Key is already in use on your account")
    assert elsewhere.status_code == 201
    assert cloud.get("/v2/account/keys").json()["meta"]["total"] == 1


@pytest.mark.parametrize("public", ["", "ssh-ed25519", "ssh-ed25519 !!!", "nonsense"])
def test_malformed_key_is_refused(cloud: Provider, public: str) -> None:
    assert refusal(make_key(cloud, public))[:2] == REFUSED
    assert cloud.get("/v2/account/keys").json()["meta"]["total"] == 0


@pytest.mark.parametrize("name", ["id", "fingerprint"])
def test_key_is_removed_once(cloud: Provider, name: str) -> None:
    key, kept = (make_key(cloud, public).json()["ssh_key"] for public in PUBLIC)
    place = f"/v2/account/keys/{key[name]}"

    assert cloud.call("DELETE", place).status_code == 204

    assert refusal(cloud.call("DELETE", place)) == GONE
    assert refusal(cloud.get(place)) == GONE
    assert cloud.get("/v2/account/keys").json()["ssh_keys"] == [kept]


def test_firewall_is_made_read_replaced_and_removed(cloud: Provider) -> None:
    made = cloud.call("POST", "/v2/firewalls", firewall())
    known = made.json()["firewall"]
    place = f"/v2/firewalls/{known['id']}"

    assert made.status_code == 202
    assert {name: known[name] for name in firewall()} == firewall()
    assert known["status"] == "succeeded"
    assert cloud.get(place).json() == {"firewall": known}
    for _ in range(2):
        replaced = cloud.call("PUT", place, firewall(tags=["u"]))
        assert replaced.status_code == 200
        assert replaced.json()["firewall"]["tags"] == ["u"]
    assert [f["id"] for f in cloud.get("/v2/firewalls").json()["firewalls"]] == [known["id"]]
    assert cloud.call("DELETE", place).status_code == 204
    for method in ("GET", "PUT", "DELETE"):
        assert refusal(cloud.call(method, place, firewall())) == GONE


def test_name_of_a_firewall_is_taken_once(cloud: Provider) -> None:
    cloud.call("POST", "/v2/firewalls", firewall())
    other = cloud.call("POST", "/v2/firewalls", firewall(name="other")).json()["firewall"]

    again = cloud.call("POST", "/v2/firewalls", firewall())
    renamed = cloud.call("PUT", f"/v2/firewalls/{other['id']}", firewall())

    assert refusal(again) == refusal(renamed) == (409, "conflict", "duplicate name")
    assert cloud.get("/v2/firewalls").json()["meta"]["total"] == 2
    assert cloud.get(f"/v2/firewalls/{other['id']}").json() == {"firewall": other}


def test_firewall_of_an_unknown_tag_is_refused(cloud: Provider) -> None:
    known = cloud.call("POST", "/v2/firewalls", firewall()).json()["firewall"]
    wrong = firewall(name="other", tags=["t", "nobody"])

    answers = [
        cloud.call("POST", "/v2/firewalls", wrong),
        cloud.call("PUT", f"/v2/firewalls/{known['id']}", wrong),
    ]

    assert [refusal(answer) for answer in answers] == [(*REFUSED, "tag nobody does not exist")] * 2
    assert cloud.get("/v2/firewalls").json()["firewalls"] == [known]


@pytest.mark.parametrize("wrong", [{"name": ""}, {"inbound_rules": [], "outbound_rules": []}])
def test_firewall_without_a_name_or_a_rule_is_refused(
    cloud: Provider, wrong: dict[str, Any]
) -> None:
    assert refusal(cloud.call("POST", "/v2/firewalls", firewall(**wrong)))[:2] == REFUSED
    assert cloud.get("/v2/firewalls").json()["meta"]["total"] == 0


def test_keys_and_firewalls_outlive_a_restart(place: Place, tmp_path: Path) -> None:
    with provider(place, tmp_path, Machines()) as before:
        key = make_key(before).json()["ssh_key"]
        known = before.call("POST", "/v2/firewalls", firewall(tags=[])).json()["firewall"]

    with provider(place, tmp_path, Machines()) as after:
        assert after.get("/v2/account/keys").json()["ssh_keys"] == [key]
        assert after.get("/v2/firewalls").json()["firewalls"] == [known]
