"""What a running app uses is charted, and one that takes more disk than its size is stopped."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from chalicelib.domain import clock
from e2e.resilience.conftest import Customer
from e2e.resilience.parts import until
from infra.local.journey.client import Json
from infra.local.platform.layout import AWS_ENV, INSTALLATION

FILLED_MB = 60
LOOK_SECONDS = 3.0
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
def looked_at(platform: Json, server: Json) -> Iterator[None]:
    """Have the server looked at every few seconds, by the messages that come once a minute."""
    over = threading.Event()
    sqs = boto3.client(
        "sqs",
        endpoint_url=platform["urls"]["aws"],
        region_name=platform["region"],
        aws_access_key_id=AWS_ENV["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=AWS_ENV["AWS_SECRET_ACCESS_KEY"],
    )
    queue = sqs.get_queue_url(QueueName=f"{INSTALLATION}-watch")["QueueUrl"]

    def ask() -> None:
        while not over.wait(LOOK_SECONDS):
            due = clock.text_of(datetime.now(UTC))
            look = {"node": server["node_id"], "due": due}
            sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(look))

    asking = threading.Thread(target=ask)
    asking.start()
    yield
    over.set()
    asking.join()


@pytest.mark.usefixtures("looked_at")
def test_use_is_charted_and_an_app_above_its_disk_is_stopped(
    customer: Customer, server: Json
) -> None:
    templates = [
        customer.publish(f"Fills {mb} MB", COMPOSE, resources_disk_mb=mb) for mb in (200, 50)
    ]
    roomy, full = (customer.order_app(server["node_id"], template) for template in templates)
    for app in (roomy, full):
        assert customer.ended("deployments", app)["status"] == "running"

    until(lambda: measured(customer, roomy, "memory_bytes"), "two looks are charted", within=60)
    [limit, *_] = measured(customer, roomy, "memory_limit_bytes")
    assert limit == 64 * 1024 * 1024
    assert 0 < measured(customer, roomy, "memory_bytes")[0] < limit
    assert measured(customer, roomy, "cpu_percent")[0] < 100

    until(lambda: customer.seen(full)["status"] == "stopped", "it is stopped", within=420)
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
