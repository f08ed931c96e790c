"""What a proof is asked for: which template and version, at which provider, on which server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from infra.local.journey.client import Json

SYSTEM_MB = 512
"""Memory that a server needs beside its app."""


class Caller(Protocol):
    """An account's calls of the API, as `infra.local.journey.client.Account` has them."""

    def call(self, method: str, path: str, attributes: Json | None = None, kind: str = "") -> Json:
        """Do one call. Raises `Refused`."""

    def create(self, resource: str, attributes: Json) -> Json:
        """Make a record and return its resource object."""

    def all(self, resource: str, query: str = "") -> list[Json]:
        """Read every record of a list."""


def template_of(account: Caller, wanted: str) -> Json:
    """One's own template by its slug or id. Raises `LookupError`."""
    for one in account.all("templates", "?scope=mine"):
        if wanted and wanted in {one["id"], one["attributes"]["slug"]}:
            return one
    message = f"There is no template {wanted or '(say TEMPLATE)'} of this account."
    raise LookupError(message)


def order_of(
    account: Caller, template: Json, env: Mapping[str, str], local_token: str | None
) -> Json:
    """Where the server is made: as `env` says, else the cheapest size that the app has room on.

    `local_token` is that of the local provider: an account without a credential gets one of it.
    Raises `LookupError` when nothing fits.
    """
    credential = env.get("CREDENTIAL", "") or _credential(account, local_token)
    path = f"/cloud_credentials/{credential}"
    sizes = [one["attributes"] | {"id": one["id"]} for one in _offered(account, f"{path}/sizes")]
    region = env.get("REGION", "") or _region(account, path)
    size = env.get("SIZE", "") or _cheapest(sizes, template["attributes"], region)
    return {"cloud_credential_id": credential, "region": region, "size": size}


def _offered(account: Caller, path: str) -> list[Json]:
    found: list[Json] = account.call("GET", path)["data"]
    return found


def _credential(account: Caller, local_token: str | None) -> str:
    known = account.all("cloud_credentials")
    if known:
        return str(known[0]["id"])
    if local_token is None:
        message = "The account has no cloud credential; add one, or say CREDENTIAL."
        raise LookupError(message)
    given = {
        "name": "local cloud",
        "provider": "digitalocean",
        "credentials": {"api_token": local_token},
    }
    return str(account.create("cloud_credentials", given)["id"])


def _region(account: Caller, path: str) -> str:
    regions = _offered(account, f"{path}/regions")
    usable = [one for one in regions if one["attributes"].get("available", True)]
    if not usable:
        message = "The provider offers no region now; say REGION."
        raise LookupError(message)
    return str(usable[0]["id"])


def _cheapest(sizes: list[Json], template: Json, region: str) -> str:
    """The cheapest size in a region on which an app's limits have room beside the system."""
    memory = int(template["resources_memory_mb"] or 0) + SYSTEM_MB
    fitting = [
        one
        for one in sizes
        if one["memory_mb"] >= memory
        and one["price_hourly"] is not None
        and (not one["regions"] or region in one["regions"])
    ]
    if not fitting:
        message = f"No size in {region} has {memory} MB of memory; say SIZE."
        raise LookupError(message)
    return str(min(fitting, key=lambda one: one["price_hourly"])["id"])
