"""A server that somebody brings: found, pinned, used, parked, restarted on, and given up."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from chalicelib.domain.first_boot import user_data
from chalicelib.services.secrets import ssh_keys
from e2e.resilience.conftest import REGION, SIZE, Customer
from e2e.resilience.looks import looked_at
from e2e.resilience.parts import docker, host_key_of, renew_host_key, until
from infra.local.journey.client import Json, Refused

HOST = ssh_keys.generate()
LOGIN = ssh_keys.generate()


OFFLINE_SECONDS = 600.0
"""Three looks, of which each waits for an answer until it gives up."""


@dataclass(frozen=True)
class Server:
    """A server that somebody has: where it is, and the container that it is here."""

    address: str
    container: str


@pytest.fixture(scope="module")
def brought(platform: Json) -> Iterator[Server]:
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
            yield until(lambda: _found(http, made), "the droplet has an address", 120)
        finally:
            http.delete(f"/v2/droplets/{made}").raise_for_status()


def _found(http: httpx.Client, droplet: int) -> Server | None:
    found = http.get(f"/v2/droplets/{droplet}").raise_for_status().json()["droplet"]
    public = [n["ip_address"] for n in found["networks"]["v4"] if n["type"] == "public"]
    if found["status"] != "active" or not public:
        return None
    return Server(public[0], f"hoster-droplet-{droplet}")


@pytest.fixture(scope="module", autouse=True)
def nothing(customer: Customer) -> Iterator[str]:
    """A node where nothing answers; its check takes its time while other things are tried."""
    account = customer.account
    key = account.create("ssh_keys", {"name": "mine", "private_key": LOGIN.private})["id"]
    given = {"name": "nothing", "ssh_host": "10.77.255.253", "ssh_user": "root", "ssh_key_id": key}
    made = account.create("nodes", given)["id"]
    yield made
    customer.remove("nodes", made)
    customer.remove("ssh_keys", key)


@pytest.fixture
def node(customer: Customer, brought: Server) -> Iterator[str]:
    """The brought server as a node that is online."""
    account = customer.account
    key = account.create("ssh_keys", {"name": "mine", "private_key": LOGIN.private})["id"]
    given = {"name": "brought", "ssh_host": brought.address, "ssh_user": "root", "ssh_key_id": key}
    made = account.create("nodes", given)["id"]
    checked(customer, made)
    yield made
    customer.remove("nodes", made)
    customer.remove("ssh_keys", key)


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


def test_brought_server_carries_an_app_through_its_life(
    customer: Customer, brought: Server, node: str
) -> None:
    account = customer.account

    online = account.get("nodes", node)["attributes"]

    assert online["host_key"].split()[:2] == HOST.public.split()[:2]
    assert online["docker_version"]
    assert online["capacity_memory_mb"] > 0
    app = customer.order_app(node, direct_access=True)
    running = customer.ended("deployments", app)
    assert running["status"] == "running", running["error_message"]
    assert running["direct_url"].startswith(f"http://{brought.address}:")
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


def test_frozen_server_goes_offline_with_the_error_and_comes_back(
    customer: Customer, brought: Server, node: str
) -> None:
    def seen() -> Json:
        attributes: Json = customer.account.get("nodes", node)["attributes"]
        return attributes

    with looked_at(customer.platform, node):
        began = time.monotonic()
        docker("pause", brought.container)
        try:
            until(lambda: seen()["status"] == "offline", "it is offline", OFFLINE_SECONDS)
        finally:
            docker("unpause", brought.container)
        offline = seen()
        print(f"offline {time.monotonic() - began:.0f} s after it was frozen")
        assert (offline["health"], offline["error_code"]) == ("unreachable", "host_unreachable")
        assert brought.address in offline["error_message"]
        until(lambda: seen()["status"] == "online", "it is online again", 120)
    assert (seen()["health"], seen()["error_code"]) == ("healthy", None)
    assert seen()["last_seen_at"] > offline["last_seen_at"]


def test_changed_host_key_is_refused_until_its_owner_accepts_it(
    customer: Customer, brought: Server, node: str
) -> None:
    account, pinned = customer.account, customer.account.get("nodes", node)["attributes"]
    assert pinned["host_key_fingerprint"] == host_key_of(brought.container)
    renew_host_key(brought.container)
    shown = host_key_of(brought.container)

    account.call("POST", f"/nodes/{node}/check")
    refused = customer.ended("nodes", node)

    assert (refused["status"], refused["error_code"]) == ("offline", "host_key_changed")
    assert refused["host_key"] == pinned["host_key"]
    assert refused["offered_host_key_fingerprint"] == shown != pinned["host_key_fingerprint"]
    compared = {"accepted_host_key_fingerprint": shown}
    account.call("PATCH", f"/nodes/{node}", compared, "nodes")
    taken = checked(customer, node)
    assert (taken["host_key_fingerprint"], taken["offered_host_key_fingerprint"]) == (shown, None)


def test_address_where_nothing_answers_is_told_of(customer: Customer, nothing: str) -> None:
    found = customer.ended("nodes", nothing)

    assert (found["status"], found["health"]) == ("offline", "unreachable")
    assert found["error_code"] == "host_unreachable"
