"""Nothing becomes undeletable: a server that died, a token that is gone, a provider that is down.

Every server is ordered in a provider's account of its own at the beginning, all at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from e2e.resilience.conftest import Customer, customer_of
from e2e.resilience.parts import container_of, docker, droplets_of, left_of, until, until_step
from e2e.resilience.provider_account import ProviderAccount
from infra.local.journey.client import Json, Refused

LONG = 500.0


@dataclass
class Place:
    """A server that was ordered with a credential of its own."""

    at: ProviderAccount
    token: str
    credential: str
    provision: str


@pytest.fixture(scope="module")
def tenant(platform: Json) -> Customer:
    """Somebody who has nothing else."""
    return customer_of(platform)


@pytest.fixture(scope="module")
def places(tenant: Customer) -> Iterator[dict[str, Place]]:
    """The servers of all tests, each in an account that is its own."""
    made = {name: order(tenant) for name in ("killed", "revoked", "given up", "down")}
    yield made
    for place in made.values():  # what a failed test left
        place.at.clear()


@pytest.fixture(scope="module", autouse=True)
def failed_destroy(tenant: Customer, places: dict[str, Place]) -> Iterator[Future[Json]]:
    """A destroy whose provider is down. It gives up after a while, beside the other tests."""
    place = places["down"]

    def failed() -> Json:
        ready(tenant, place)
        faults = [place.at.is_down(f"{verb} /v2/*", place.token) for verb in ("GET", "DELETE")]
        delete(tenant, f"/cloud_provisions/{place.provision}")
        try:
            return tenant.ended("cloud_provisions", place.provision)
        finally:
            place.at.is_up(*faults)

    with ThreadPoolExecutor(1) as beside:
        yield beside.submit(failed)


def order(tenant: Customer) -> Place:
    """Order a server in a new account at the provider."""
    at = ProviderAccount(tenant.platform["urls"]["cloud"])
    token = at.token()
    form = {"name": "own", "provider": "digitalocean", "credentials": {"api_token": token}}
    credential = str(tenant.account.create("cloud_credentials", form)["id"])
    return Place(at, token, credential, tenant.order_server(credential_id=credential))


def ready(tenant: Customer, place: Place) -> Json:
    attributes = tenant.ended("cloud_provisions", place.provision)
    assert attributes["status"] == "ready", attributes["error_message"]
    return attributes


def with_app(tenant: Customer, place: Place) -> tuple[Json, str]:
    """A server that is ready, and an app that runs there."""
    server = ready(tenant, place)
    app = tenant.order_app(server["node_id"])
    running = tenant.ended("deployments", app)
    assert running["status"] == "running", running["error_message"]
    return server, app


def delete(tenant: Customer, path: str) -> str:
    """Ask for a delete; returns the code of a refusal, empty where there was none."""
    try:
        tenant.account.call("DELETE", path)
    except Refused as error:
        return error.code
    return ""


def is_gone(tenant: Customer, resource: str, record_id: str) -> bool:
    try:
        tenant.account.get(resource, record_id)
    except Refused as error:
        return error.status == 404
    return False


def until_gone(tenant: Customer, resource: str, record_id: str) -> None:
    until(lambda: is_gone(tenant, resource, record_id), f"{record_id} is gone", within=LONG)


def tombstone(tenant: Customer, resource: str, status: str, record_id: str) -> Json:
    """What is still told of a record that ended."""
    listed = tenant.account.all(resource, f"?filter[status]={status}")
    attributes: Json = next(one["attributes"] for one in listed if one["id"] == record_id)
    return attributes


def declare(tenant: Customer, path: str, name: str) -> str:
    """Declare something gone or lost; returns the code of a refusal."""
    try:
        tenant.account.call("POST", path, {"name": name}, path.split("/")[1])
    except Refused as error:
        return error.code
    return ""


def test_server_that_died_for_good_and_its_app_can_be_removed(
    tenant: Customer, places: dict[str, Place]
) -> None:
    place = places["killed"]
    server, app = with_app(tenant, place)
    docker("rm", "--force", "--volumes", container_of(tenant.platform, place.provision))
    node = tenant.account.get("nodes", server["node_id"])["attributes"]
    path = f"/nodes/{server['node_id']}/declare_lost"
    assert declare(tenant, path, "another") == "invalid"

    assert declare(tenant, path, node["name"]) == ""

    lost = tenant.ended("nodes", server["node_id"])
    assert (lost["status"], lost["health"]) == ("lost", "unreachable")
    assert is_gone(tenant, "deployments", app)
    assert tombstone(tenant, "deployments", "deleted", app)["ended_reason"] == "node_lost"
    assert left_of(tenant.platform, app, server["node_id"]) == {}
    delete(tenant, f"/cloud_provisions/{place.provision}")
    until_gone(tenant, "cloud_provisions", place.provision)
    assert is_gone(tenant, "nodes", server["node_id"])
    assert place.at.held() == {}
    assert left_of(tenant.platform, app, server["node_id"], place.provision) == {}
    assert delete(tenant, f"/cloud_credentials/{place.credential}") == ""


def test_revoked_token_is_told_and_another_in_its_place_lets_the_server_go(
    tenant: Customer, places: dict[str, Place]
) -> None:
    place = places["revoked"]
    _, app = with_app(tenant, place)
    where = f"/cloud_provisions/{place.provision}"
    assert delete(tenant, where) == "in_use"
    other = place.at.token()
    place.at.revoke(place.token)

    delete(tenant, f"{where}?force=true")

    failed = tenant.ended("cloud_provisions", place.provision)
    assert (failed["status"], failed["error_code"]) == ("failed", "invalid_credential")
    assert "token" in failed["error_message"]
    assert is_gone(tenant, "deployments", app)
    assert len(droplets_of(tenant.platform, place.provision)) == 1
    assert delete(tenant, where) == "destroy_failed"
    tenant.account.call(
        "PATCH",
        f"/cloud_credentials/{place.credential}",
        {"credentials": {"api_token": other}},
        "cloud_credentials",
    )
    delete(tenant, where)
    until_gone(tenant, "cloud_provisions", place.provision)
    assert place.at.held() == {}
    assert left_of(tenant.platform, app, place.provision) == {}
    assert delete(tenant, f"/cloud_credentials/{place.credential}") == ""


def test_server_without_a_token_is_declared_gone_and_everything_of_it_goes(
    tenant: Customer, places: dict[str, Place]
) -> None:
    place = places["given up"]
    server, app = with_app(tenant, place)
    place.at.revoke(place.token)
    path = f"/cloud_provisions/{place.provision}/declare_gone"
    assert declare(tenant, path, "another") == "invalid"

    assert declare(tenant, path, server["instance_name"]) == ""

    until_gone(tenant, "cloud_provisions", place.provision)
    ended = tombstone(tenant, "cloud_provisions", "destroyed", place.provision)
    assert ended["ended_reason"] == "declared_gone"
    assert is_gone(tenant, "nodes", server["node_id"])
    assert is_gone(tenant, "deployments", app)
    assert delete(tenant, f"/cloud_credentials/{place.credential}") == ""
    left = left_of(tenant.platform, app, server["node_id"], place.provision)
    assert set(left) == {"droplets"}  # it was declared, not destroyed


def test_provider_that_is_down_fails_the_destroy_and_a_retry_ends_it(
    tenant: Customer, places: dict[str, Place], failed_destroy: Future[Json]
) -> None:
    place = places["down"]

    failed = failed_destroy.result(LONG)

    assert (failed["status"], failed["error_code"]) == ("failed", "provider_unavailable")
    assert failed["provider_instance_id"]
    assert len(droplets_of(tenant.platform, place.provision)) == 1
    tenant.account.call("POST", f"/cloud_provisions/{place.provision}/retry")
    until_gone(tenant, "cloud_provisions", place.provision)
    assert place.at.held() == {}
    assert delete(tenant, f"/cloud_credentials/{place.credential}") == ""


def test_server_can_be_deleted_in_every_state_of_its_making(tenant: Customer) -> None:
    reached = {"pending": "", "creating": "AwaitServer", "configuring": "AwaitSSH"}
    made = {}
    for state, step in reached.items():
        made[state] = order(tenant)
        if step:
            until_step(tenant.account, "cloud_provisions", made[state].provision, step)
        delete(tenant, f"/cloud_provisions/{made[state].provision}")
    made["failed"] = order(tenant)
    made["failed"].at.revoke(made["failed"].token)
    failed = tenant.ended("cloud_provisions", made["failed"].provision)
    assert failed["status"] == "failed"
    place = made["failed"]
    other = {"credentials": {"api_token": place.at.token()}}
    tenant.account.call(
        "PATCH", f"/cloud_credentials/{place.credential}", other, "cloud_credentials"
    )
    delete(tenant, f"/cloud_provisions/{place.provision}")

    for place in made.values():
        until_gone(tenant, "cloud_provisions", place.provision)
        assert place.at.held() == {}
        assert delete(tenant, f"/cloud_credentials/{place.credential}") == ""
    assert left_of(tenant.platform, *(place.provision for place in made.values())) == {}
