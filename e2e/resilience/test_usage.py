"""What an account used comes to the gateway's meter by itself, once."""

from __future__ import annotations

import json
from collections import Counter

from e2e.resilience.conftest import Customer
from e2e.resilience.parts import until
from infra.local.journey.client import Json
from infra.local.platform import layout

STORED = layout.STATE / "gateway" / "usage.jsonl"


def told(customer: Customer, app: str) -> dict[str, Json]:
    """What the account is told of an app's usage, by id."""
    shown = customer.account.call("GET", "/usage_events")["data"]
    return {
        one["id"]: one["attributes"] for one in shown if one["attributes"]["resource_id"] == app
    }


def stored(app: str) -> Counter[str]:
    """The rows of the gateway's meter for an app."""
    rows = [json.loads(line) for line in STORED.read_text().splitlines()] if STORED.exists() else []
    return Counter(row["id"] for row in rows if row["resource_id"] == app)


def test_usage_of_an_app_is_delivered_once(customer: Customer, server: Json) -> None:
    app = customer.order_app(server["node_id"])
    assert customer.ended("deployments", app)["status"] == "running"

    def all_delivered() -> bool:
        states = {one["status"] for one in told(customer, app).values()}
        return states == {"delivered"}

    until(all_delivered, "its usage is delivered", within=180)

    kinds = sorted(one["event_type"] for one in told(customer, app).values())
    assert kinds == ["deployment.created", "deployment.started"]
    assert stored(app) == Counter(told(customer, app).keys())
