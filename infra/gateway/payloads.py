"""What the gateway's admin API is sent, worked out of `routes.json` and nothing else.

Every route strips what only the gateway may say and says it anew: who calls, on which plan.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from infra.gateway import expressions

Json = dict[str, Any]
TABLE = Path(__file__).parent / "routes.json"
SECRET_HEADER = "X-Gateway-Secret"  # noqa: S105 - a header's name
SECRET_VALUE = "${HOSTER_GATEWAY_SECRET}"  # noqa: S105 - the gateway fills it in
"""The gateway reads the secret from its own environment at every request; it is stored nowhere."""
BILLED = "hoster-billing"
API_PREFIX = "/api"
TIMEOUTS_MS = {"api": 29_000, "spa": 15_000}


@dataclass(frozen=True)
class Addresses:
    """Where things are."""

    api: str
    """The API with its stage: what lies under `/api` at the gateway."""
    web: str
    """The built web app."""
    public: str
    """Where people reach the gateway."""

    def of(self, upstream: str) -> str:
        """Where an upstream is."""
        return {"api": self.api, "spa": self.web}[upstream]


@cache
def table(path: Path = TABLE) -> Json:
    """The table of routes, plans and headers to strip."""
    found: Json = json.loads(path.read_text())
    return found


def plans(given: Mapping[str, Any]) -> list[Json]:
    """The plans. One that is not enabled would let nobody do anything."""
    return [
        {
            "id": name,
            "name": name.title(),
            "rate_limit_per_minute": plan["rate_limit_per_minute"],
            "requests_per_month": plan["requests_per_month"],
            "is_default": name == next(iter(given["plans"])),
            "enabled": True,
        }
        for name, plan in given["plans"].items()
    ]


def upstreams(addresses: Addresses) -> list[Json]:
    """The upstreams. The gateway discards a path in their address: routes put it before theirs."""
    secret = {
        "api": {"auth_type": "header", "auth_header": SECRET_HEADER, "auth_value": SECRET_VALUE}
    }
    return [
        {
            "name": name,
            "base_url": _origin(addresses.of(name)),
            "timeout_ms": timeout,
            "enabled": True,
            **secret.get(name, {"auth_type": "none"}),
        }
        for name, timeout in TIMEOUTS_MS.items()
    ]


def routes(given: Mapping[str, Any], addresses: Addresses, ids: Mapping[str, str]) -> list[Json]:
    """The routes. `ids` are those that the gateway gave the upstreams, by their names."""
    said = {
        "X-User-ID": "userID",
        "X-Plan-ID": "planID",
        "X-Key-ID": "keyID",
        "X-Forwarded-Host": expressions.constant(urlsplit(addresses.public).netloc),
        "X-Plan-Limits": expressions.limits(given["plans"]),
    }
    return [_route(one, given["strip"], said, addresses, ids) for one in given["routes"]]


def _route(
    one: Json, strip: list[str], said: Json, addresses: Addresses, ids: Mapping[str, str]
) -> Json:
    folder = urlsplit(addresses.of(one["upstream"])).path.rstrip("/")
    stripped = API_PREFIX if one["upstream"] == "api" else ""
    told = {name: expressions.constant(value) for name, value in one.get("respond", {}).items()}
    return {
        "name": one["name"],
        "path_pattern": one["path"],
        "match_type": one["match"],
        "methods": one.get("methods", []),
        "headers": one.get("headers", []),
        "upstream_id": ids[one["upstream"]],
        "auth_required": one["auth"],
        "priority": one["priority"],
        "metering_expr": "1" if one["name"] == BILLED else "0",
        "path_rewrite": expressions.path_below(folder, stripped, one.get("index", "")),
        "request_transform": {
            "delete_headers": [*strip, *one.get("strip", [])],
            "set_headers": said,
        },
        "response_transform": {"set_headers": told} if told else None,
        "enabled": True,
    }


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
