"""A server that somebody brings: found, pinned, used, parked, restarted on, and given up."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from chalicelib.domain.first_boot import user_data
from chalicelib.services import ssh_keys
from e2e.resilience.conftest import REGION, SIZE, Customer
from e2e.resilience.parts import until
from infra.local.journey.client import Json, Refused

HOST = ssh_keys.generate()
LOGIN = ssh_keys.generate()


@pytest.fixture(scope="module")
def address(platform: Json) -> Iterator[str]:
    """A droplet that nobody ordered through Hoster, with a key of its owner's."""
    headers = {"Authorization": f"Bearer {platform['cloud_token']}"}
    with httpx.Client(base_url=platform["urls"]["cloud"], headers=headers, trust_env=False) as http:
        given = {
            "name": f"brought-{secrets.token_hex(4)}",
            "region": REGION,
            "size": SIZE,
            "image": "debian-12-x64",
            "tags": ["somebody-elses"],
            "user_data": user_data(
                host_private=HOST.private,
                host_public=HOST.public,
                authorised=LOGIN.public,
                mirror=platform["urls"]["registry"],
            ),
        }
        made = http.post("/v2/droplets", json=given).raise_for_status().json()["droplet"]["id"]
        try:
            yield until(lambda: _address(http, made), "the droplet has an address", 120)
        finally:
            http.delete(f"/v2/droplets/{made}").raise_for_status()


def _address(http: httpx.Client, droplet: int) -> str:
    found = http.get(f"/v2/droplets/{droplet}").raise_for_status().json()["droplet"]
    public = [n["ip_address"] for n in found["networks"]["v4"] if n["type"] == "public"]
    return public[0] if found["status"] == "active" and public else ""


def checked(customer: Customer, node: str) -> Json:
    """Check a node until it is online: Docker comes up a moment after the server."""

    def found() -> Json | None:
        attributes = customer.ended("nodes", node)
        if attributes["status"] == "online":
            return attributes
        customer.account.call("POST", f"/nodes/{node}/check")
        return None

    online: Json = until(found, "the node is online", 180)
    return online


def containers(customer: Customer, app: str) -> dict[str, Any]:
    found = customer.account.get("deployments", app)["attributes"]["containers"]
    return {one["service_name"]: (one["id"], one["started_at"]) for one in found}


def test_brought_server_carries_an_app_through_its_life(customer: Customer, address: str) -> None:
    account = customer.account
    key = account.create("ssh_keys", {"name": "mine", "private_key": LOGIN.private})["id"]
    given = {"name": "brought", "ssh_host": address, "ssh_user": "root", "ssh_key_id": key}
    node = account.create("nodes", given)["id"]

    online = checked(customer, node)

    assert online["host_key"].split()[:2] == HOST.public.split()[:2]
    assert online["docker_version"]
    assert online["capacity_memory_mb"] > 0
    app = customer.order_app(node)
    running = customer.ended("deployments", app)
    assert running["status"] == "running", running["error_message"]
    assert running["direct_url"].startswith(f"http://{address}:")
    assert account.get("nodes", node)["attributes"]["capacity_memory_used_mb"] > 0

    before = containers(customer, app)
    account.call("POST", f"/deployments/{app}/restart")
    restarted = customer.ended("deployments", app)
    after = containers(customer, app)
    assert restarted["status"] == "running", restarted["error_message"]
    assert {name: one[0] for name, one in after.items()} == {n: o[0] for n, o in before.items()}
    assert all(after[name][1] > before[name][1] for name in before)
    answer = httpx.get(running["direct_url"], headers={"Host": "any"}, trust_env=False)
    assert answer.status_code < 500

    account.call("POST", f"/nodes/{node}/maintenance")
    with pytest.raises(Refused, match="node_not_online"):
        account.call("POST", f"/deployments/{app}/restart")
    account.call("DELETE", f"/nodes/{node}/maintenance")
    assert checked(customer, node)["status"] == "online"
    with pytest.raises(Refused, match="in_use"):
        account.call("DELETE", f"/nodes/{node}")
    customer.remove("deployments", app)
    assert account.get("nodes", node)["attributes"]["capacity_memory_used_mb"] == 0
    customer.remove("nodes", node)
    customer.remove("ssh_keys", key)


def test_address_where_nothing_answers_is_told_of(customer: Customer) -> None:
    account = customer.account
    key = account.create("ssh_keys", {"name": "mine", "private_key": LOGIN.private})["id"]
    given = {"name": "nothing", "ssh_host": "10.77.255.253", "ssh_user": "root", "ssh_key_id": key}
    node = account.create("nodes", given)["id"]

    found = customer.ended("nodes", node)

    assert (found["status"], found["health"]) == ("offline", "unreachable")
    assert found["error_code"] == "host_unreachable"
    customer.remove("nodes", node)
    customer.remove("ssh_keys", key)
