"""What a running app uses is charted, and one that takes more disk than its size is stopped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from e2e.resilience.conftest import Customer
from e2e.resilience.looks import looked_at
from e2e.resilience.parts import until
from infra.local.journey.client import Json

FILLED_MB = 60
COMPOSE = f"""\
services:
  web:
    image: nginx:alpine
    command:
      - sh
      - -c
      - dd if=/dev/zero of=/srv/rows bs=1M count={FILLED_MB}; exec nginx -g "daemon off;"
    ports: ["80"]
    deploy: {{resources: {{limits: {{cpus: "0.25", memory: 64M}}}}}}
"""


def measured(customer: Customer, app: str, name: str) -> list[Any]:
    """What was measured of one thing within the hour."""
    path = f"/deployments/{app}/monitoring/metrics?range=1h"
    shown = customer.account.call("GET", path)["data"]["attributes"]
    series = {**shown["whole"], "disk_bytes": shown["disk_bytes"]}[name]
    return [number for number in series if number is not None]


@pytest.fixture
def often(platform: Json, server: Json) -> Iterator[None]:
    """Have the server looked at every few seconds."""
    with looked_at(platform, server["node_id"]):
        yield


@pytest.mark.usefixtures("often")
def test_use_is_charted_and_an_app_above_its_disk_is_stopped(
    customer: Customer, server: Json
) -> None:
    templates = [
        customer.publish(f"Fills {mb} MB", COMPOSE, resources_disk_mb=mb) for mb in (200, 50)
    ]
    roomy, full = (customer.order_app(server["node_id"], template) for template in templates)
    for app in (roomy, full):
        assert customer.ended("deployments", app)["status"] == "running"

    until(lambda: measured(customer, roomy, "memory_bytes"), "two looks are charted", within=300)
    [limit, *_] = measured(customer, roomy, "memory_limit_bytes")
    assert limit == 64 * 1024 * 1024
    assert 0 < measured(customer, roomy, "memory_bytes")[0] < limit
    assert measured(customer, roomy, "cpu_percent")[0] < 100

    until(lambda: customer.seen(full)["status"] == "stopped", "it is stopped", within=900)
    told = customer.seen(full)
    assert told["error_code"] == "disk_full_stopped"
    assert "of its 50 MB of disk" in told["error_message"]
    assert FILLED_MB <= told["disk_used_mb"] < FILLED_MB + 5
    assert FILLED_MB <= customer.seen(roomy)["disk_used_mb"] < FILLED_MB + 5
    assert measured(customer, roomy, "disk_bytes")[-1] >= FILLED_MB * 1024 * 1024
    assert customer.seen(roomy)["status"] == "running"

    customer.account.call("POST", f"/deployments/{full}/start")
    assert customer.ended("deployments", full)["status"] == "running", (
        "room is made in a running app"
    )
    for app in (roomy, full):
        customer.remove("deployments", app)
