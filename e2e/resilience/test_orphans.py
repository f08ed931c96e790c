"""A server that no record knows is found by the sweep, and goes when its name is typed."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from e2e.resilience.conftest import REGION, SIZE, Customer, customer_of
from e2e.resilience.parts import until
from e2e.resilience.provider_account import ProviderAccount
from infra.local.journey.client import Json, Refused
from infra.local.platform.layout import INSTALLATION, ROOT


@pytest.fixture
def at(platform: Json) -> Iterator[ProviderAccount]:
    """An account of its own at the provider."""
    made = ProviderAccount(platform["urls"]["cloud"])
    yield made
    made.clear()


def forgotten(at: ProviderAccount) -> Json:
    """A droplet with the installation's tag, ordered past Hoster."""
    order = {
        "name": f"forgotten-{secrets.token_hex(3)}",
        "region": REGION,
        "size": SIZE,
        "image": "debian-12-x64",
        "tags": [f"hoster-{INSTALLATION}", f"{INSTALLATION}-prov_{'0' * 16}"],
    }
    headers = {"Authorization": f"Bearer {at.tokens[-1]}"}
    made = httpx.post(f"{at.url}/v2/droplets", json=order, headers=headers, trust_env=False)
    found: Json = made.raise_for_status().json()["droplet"]
    return found


def swept() -> list[Json]:
    """What `make sweep JSON=1` prints, line by line."""
    done = subprocess.run(
        [sys.executable, "-m", "infra.sweep"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "JSON": "1"},
    )
    assert done.stdout, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_orphan_is_reported_and_destroyed_by_its_name_alone(
    platform: Json, at: ProviderAccount
) -> None:
    tenant: Customer = customer_of(platform)
    form = {"name": "own", "provider": "digitalocean", "credentials": {"api_token": at.token()}}
    credential = str(tenant.account.create("cloud_credentials", form)["id"])
    droplet = forgotten(at)

    *reports, total = swept()
    mine = next(report for report in reports if report.get("account") == credential)
    shown = tenant.account.call("GET", f"/cloud_credentials/{credential}/sweep")["data"]

    [finding] = mine["findings"]
    assert (finding["kind"], finding["server_id"]) == ("orphan", str(droplet["id"]))
    assert total["orphans"] >= 1
    assert shown["attributes"]["findings"] == mine["findings"]
    assert at.held()["droplets"] == [droplet["name"]]

    path, server = f"/cloud_credentials/{credential}/destroy_orphan", str(droplet["id"])
    with pytest.raises(Refused) as refused:
        tenant.account.call("POST", path, {"server_id": server, "name": "another"}, "orphans")
    given = {"server_id": server, "name": droplet["name"]}
    tenant.account.call("POST", path, given, "orphans")

    assert (refused.value.status, droplet["name"] in refused.value.detail) == (422, True)
    until(lambda: "droplets" not in at.held(), "the orphan is gone", within=300)
