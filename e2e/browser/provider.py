"""The provider, asked directly what servers it has whose names say that a journey made them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from infra.local.journey.client import Json

PREFIXES = ("e2e-", "uj4node-")
ABANDONED = timedelta(hours=2)
"""A server of another run that is older than this outlived that run."""


def leaked(platform: Json, run: str) -> list[Json]:
    """The servers that this run left at the provider, or that an earlier one did.

    A younger server of another run is in use: suites may run side by side.
    """
    listed = _call(platform, "GET", "/droplets?per_page=200").json()["droplets"]
    return [droplet for droplet in listed if _is_leaked(droplet, run)]


def _is_leaked(droplet: Json, run: str) -> bool:
    if not droplet["name"].startswith(PREFIXES):
        return False
    age = datetime.now(UTC) - datetime.fromisoformat(droplet["created_at"])
    return f"-{run}-" in droplet["name"] or age > ABANDONED


def destroy(platform: Json, droplets: list[Json]) -> None:
    """Destroy servers at the provider, past Hoster."""
    for droplet in droplets:
        _call(platform, "DELETE", f"/droplets/{droplet['id']}")


def order(platform: Json, name: str) -> None:
    """Order a server past Hoster, which knows nothing of it."""
    given = {"name": name, "region": "fra1", "size": "s-1vcpu-1gb", "image": "debian-12-x64"}
    _call(platform, "POST", "/droplets", given)


def _call(platform: Json, method: str, path: str, given: Json | None = None) -> Any:
    return httpx.request(
        method,
        f"{platform['urls']['cloud']}/v2{path}",
        json=given,
        headers={"Authorization": f"Bearer {platform['cloud_token']}"},
        timeout=60,
        trust_env=False,
    ).raise_for_status()
