"""What a provider promises (`chalicelib.ports.clouds`), of the fake and of the real adapter.

DigitalOcean's adapter speaks over HTTP to the local DigitalOcean, whose droplets are containers.
With `HOSTER_TEST_DIGITALOCEAN_TOKEN` the questions that cost nothing go to the real one too.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chalicelib.adapters.clouds.digitalocean import DigitalOcean
from chalicelib.domain.errors import (
    Gone,
    InvalidCredential,
    ProductError,
    ProviderUnavailable,
    RefusedByProvider,
    Throttled,
)
from chalicelib.ports.clouds import Cloud, ServerOrder
from infra.local import nodes
from infra.local.digitalocean.app import make_app
from infra.local.engine import ensure_engine
from tests.fakes.cloud import FakeCloud

TOKEN = "dop_v1_" + "c" * 64
REAL_TOKEN = os.environ.get("HOSTER_TEST_DIGITALOCEAN_TOKEN")
WITHIN_SECONDS = 60.0


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A local DigitalOcean of its own on a free port."""
    ensure_engine()
    nodes.ensure_image()
    nodes.ensure_network()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        app = make_app(Path(tmp_path_factory.mktemp("digitalocean")), frozenset({TOKEN}))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        until(lambda: httpx.get(f"{url}/_local/health", trust_env=False).is_success)
        yield url
        server.should_exit = True
        thread.join()


@pytest.fixture(params=["fake", pytest.param("digitalocean", marks=pytest.mark.local)])
def cloud(request: pytest.FixtureRequest) -> Cloud:
    if request.param == "fake":
        return FakeCloud()
    return DigitalOcean(TOKEN, request.getfixturevalue("provider"))


def until(true: Callable[[], Any]) -> Any:
    """Wait until something is true and return it."""
    end = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < end:
        try:
            found = true()
        except httpx.TransportError:
            found = None
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"not true within {WITHIN_SECONDS:.0f} s")


def order() -> ServerOrder:
    key = Ed25519PrivateKey.generate().public_key()
    tag = f"test-prov_{secrets.token_hex(8)}"
    return ServerOrder(
        name=tag.replace("_", "-"),
        region="fra1",
        size="s-1vcpu-2gb",
        tag=tag,
        tags=("hoster-test",),
        public_key=key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode(),
        user_data="#cloud-config\n{}\n",
    )


def is_gone(cloud: Cloud, wanted: ServerOrder) -> bool:
    return cloud.find(wanted.tag) == ()


def test_server_is_found_by_its_tag_gets_an_address_and_goes(cloud: Cloud) -> None:
    wanted = order()

    made = cloud.create(wanted)

    assert made.name == wanted.name
    assert {wanted.tag, *wanted.tags} <= set(made.tags)
    assert [server.id for server in cloud.find(wanted.tag)] == [made.id]
    active = until(lambda: (s := cloud.get(made.id)).state == "active" and s)
    assert active.address is not None
    cloud.destroy(made.id)
    until(lambda: is_gone(cloud, wanted))
    with pytest.raises(Gone):
        cloud.get(made.id)
    cloud.destroy(made.id)
    cloud.remove_key(wanted.public_key)
    cloud.remove_key(wanted.public_key)


def test_tag_of_nobody_finds_nothing(cloud: Cloud) -> None:
    assert cloud.find("test-prov_none") == ()


def test_what_is_offered_can_be_ordered(cloud: Cloud) -> None:
    wanted = order()

    assert wanted.region in {region.id for region in cloud.regions() if region.available}
    [size] = [size for size in cloud.sizes() if size.id == wanted.size]
    assert (size.cpu_cores, size.memory_mb, size.disk_gb) == (1, 2048, 50)
    assert wanted.region in size.regions
    assert size.price_monthly > 0


def test_firewall_opens_twice_and_closes_twice(cloud: Cloud) -> None:
    for ports in (("22",), ("22", "30000-39999")):
        cloud.open_firewall("test-tag", "test-firewall", ports)

    cloud.remove_firewall("test-firewall")
    cloud.remove_firewall("test-firewall")


@pytest.mark.local
def test_wrong_token_is_an_invalid_credential(provider: str) -> None:
    with pytest.raises(InvalidCredential):
        DigitalOcean("dop_v1_" + "0" * 64, provider).check()


@pytest.mark.local
@pytest.mark.parametrize(
    "change", [{"size": "s-99vcpu"}, {"region": "moon1"}, {"name": ""}], ids=["size", "region", ""]
)
def test_order_that_cannot_be_is_refused_and_leaves_nothing(
    provider: str, change: dict[str, str]
) -> None:
    cloud, wanted = DigitalOcean(TOKEN, provider), replace(order(), **change)

    with pytest.raises(RefusedByProvider):
        cloud.create(wanted)

    assert is_gone(cloud, wanted)
    cloud.remove_key(wanted.public_key)


@pytest.mark.local
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"fault": "status", "value": 429}, Throttled),
        ({"fault": "status", "value": 500}, ProviderUnavailable),
        ({"fault": "status", "value": 503}, ProviderUnavailable),
        ({"fault": "drop"}, ProviderUnavailable),
    ],
)
def test_bad_moment_has_its_own_name(
    provider: str, fault: dict[str, Any], error: type[ProductError]
) -> None:
    given = {"call": "GET /v2/droplets", **fault}
    httpx.post(f"{provider}/_local/faults", json=given, trust_env=False).raise_for_status()
    cloud = DigitalOcean(TOKEN, provider)

    with pytest.raises(error):
        cloud.find("test-tag")

    assert cloud.find("test-tag") == ()


@pytest.mark.local
def test_order_whose_answer_is_lost_is_found_by_its_tag(provider: str) -> None:
    given = {"call": "POST /v2/droplets", "fault": "lost_response"}
    httpx.post(f"{provider}/_local/faults", json=given, trust_env=False).raise_for_status()
    cloud, wanted = DigitalOcean(TOKEN, provider), order()

    with pytest.raises(ProviderUnavailable):
        cloud.create(wanted)

    [made] = cloud.find(wanted.tag)
    cloud.destroy(made.id)
    until(lambda: is_gone(cloud, wanted))
    cloud.remove_key(wanted.public_key)


@pytest.mark.local
def test_listing_may_lag_and_a_state_may_be_odd(provider: str) -> None:
    cloud, wanted = DigitalOcean(TOKEN, provider), order()
    made = cloud.create(wanted)
    for given in (
        {"call": "GET /v2/droplets", "fault": "list_lag"},
        {"call": f"GET /v2/droplets/{made.id}", "fault": "wrong_state", "value": "archive"},
    ):
        httpx.post(f"{provider}/_local/faults", json=given, trust_env=False).raise_for_status()

    assert cloud.find(wanted.tag) == ()
    assert cloud.get(made.id).state == "archive"

    assert [server.id for server in cloud.find(wanted.tag)] == [made.id]
    cloud.destroy(made.id)
    until(lambda: is_gone(cloud, wanted))
    cloud.remove_key(wanted.public_key)


@pytest.mark.skipif(not REAL_TOKEN, reason="HOSTER_TEST_DIGITALOCEAN_TOKEN is not set")
def test_real_digitalocean_answers() -> None:
    cloud = DigitalOcean(str(REAL_TOKEN), "https://api.digitalocean.com")

    assert cloud.check()
    assert "fra1" in {region.id for region in cloud.regions()}
    assert cloud.find("hoster-test-none") == ()
