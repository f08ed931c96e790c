"""Templates that come with Hoster, proven: each on a droplet of its own that is gone afterwards."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from e2e.deploys import images
from e2e.resilience.conftest import REGION, SIZE, Customer, customer_of
from infra.local.journey.client import Json
from infra.seed.folder import FOLDER, read

SEEDS = ("nginx-web-server", "redis-cache", "nodejs-application")
WITHIN = 1200


@pytest.fixture(scope="module")
def creator(platform: Json) -> Customer:
    """Whose templates they are."""
    images.ensure_node(platform)
    return customer_of(platform)


@pytest.fixture(scope="module")
def proofs(creator: Customer) -> dict[str, Json]:
    """A proof of each seed by its slug, all at once, as it ended."""
    with ThreadPoolExecutor(len(SEEDS)) as pool:
        return dict(zip(SEEDS, pool.map(lambda slug: proven(creator, slug), SEEDS), strict=True))


def proven(creator: Customer, slug: str) -> Json:
    """Publish a seed under another name, and prove it; returns the proof's attributes."""
    given = {**read(FOLDER / slug).attributes, "name": f"Proof {secrets.token_hex(5)}"}
    made = creator.account.create("templates", given)
    creator.account.call("POST", f"/templates/{made['id']}/publish")
    version = made["attributes"]["version"]
    order = {"cloud_credential_id": creator.credential, "region": REGION, "size": SIZE}
    path = f"/templates/{made['id']}/versions/{version}/prove"
    asked = creator.account.call("POST", path, order, "template_proofs")["data"]["id"]
    done: Json = creator.ended("template_proofs", asked, within=WITHIN)
    return done


@pytest.mark.parametrize("slug", SEEDS)
def test_seed_is_proven_and_a_visitor_sees_it(
    platform: Json, proofs: dict[str, Json], slug: str
) -> None:
    proof = proofs[slug]
    assert (proof["status"], proof["error_message"]) == ("proven", None)

    path = f"/api/v1/templates/{proof['template_id']}"
    page = httpx.get(platform["urls"]["web"] + path, trust_env=False).json()
    shown = page["data"]["attributes"]["proof"]
    assert shown.pop("proven_at") == proof["finished_at"]
    assert shown == {name: proof[name] for name in shown}
    assert 0 < shown["healthy_seconds"] < 300
    assert 0 < shown["restart_seconds"] < 300
    assert 1 < shown["peak_memory_mb"] < 1024
    assert shown["peak_cpu_cores"] > 0
    assert shown["disk_mb"] > 10


def test_nothing_is_left_of_them(
    platform: Json, creator: Customer, proofs: dict[str, Json]
) -> None:
    for resource in ("deployments", "cloud_provisions", "nodes", "ssh_keys"):
        found = creator.account.all(resource)
        # Everybody is shown the public servers of others.
        assert [one for one in found if not one["attributes"].get("public")] == [], resource
    asked = httpx.get(f"{platform['urls']['cloud']}/_local/droplets", trust_env=False).json()
    tags = {proof["cloud_provision_id"] for proof in proofs.values()}
    left = [one for one in asked["droplets"] if any(t in tag for tag in one["tags"] for t in tags)]
    assert left == []
