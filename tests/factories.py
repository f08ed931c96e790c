"""Things that tests start from, made through the API with sensible defaults."""

from __future__ import annotations

import time
from typing import Any

from tests.world import World, is_worked_on

DEADLINE = 60.0
LOOK_SECONDS = 1.0
"""At least this often it is looked how a record is, whatever its executions do."""

TWO_SERVICES = """\
services:
  db:
    image: redis:7-alpine
    healthcheck: {test: [CMD, redis-cli, ping], interval: 1s}
    volumes: ["data:/data"]
  web:
    image: nginx:alpine
    ports: ["80"]
    environment: {GREETING: "${GREETING}"}
    depends_on: {db: {condition: service_healthy}}
volumes: {data: {}}
"""


def credential(here: World, user: str = "user-a") -> str:
    given = {"name": "my cloud", "provider": "digitalocean", "credentials": {"api_token": "t0ken"}}
    return here.call("POST", "/cloud_credentials", given, user=user).id


def ordered_server(here: World, user: str = "user-a", **wanted: Any) -> str:
    given = {
        "credential_id": credential(here, user),
        "instance_name": "server-1",
        "region": "fra1",
        "size": "s-1vcpu-2gb",
        **wanted,
    }
    made = here.call("POST", "/cloud_provisions", given, user=user)
    assert made.status == 201, made.body
    return made.id


def settled(here: World, resource: str, record_id: str, user: str = "user-a") -> dict[str, Any]:
    """Wait until nothing is in progress on a record; return its attributes."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        leave_to_work(record_id)
        attributes = here.call("GET", f"/{resource}/{record_id}", user=user).attributes
        if attributes["work"] is None:
            return attributes
    raise AssertionError(f"{record_id} is still at {attributes['work']}")


def gone(here: World, resource: str, record_id: str) -> bool:
    """Wait until a record is gone."""
    end = time.monotonic() + DEADLINE
    leave_to_work(record_id)
    while here.call("GET", f"/{resource}/{record_id}").status != 404:
        assert time.monotonic() < end, f"{record_id} stays"
        leave_to_work(record_id)
    return True


def leave_to_work(record_id: str) -> None:
    """Wait while executions of a record run: a look costs them time, all run in this process."""
    time.sleep(0.01)
    end = time.monotonic() + LOOK_SECONDS
    while is_worked_on(record_id) and time.monotonic() < end:
        time.sleep(0.01)


def node(here: World, user: str = "user-a") -> str:
    return str(settled(here, "cloud_provisions", ordered_server(here, user), user)["node_id"])


def template(here: World, user: str = "creator", **changes: Any) -> str:
    given = {
        "name": "Two services",
        "version": "1.0.0",
        "compose_spec": TWO_SERVICES,
        "variables": [
            {"name": "GREETING", "type": "string", "default": "hello", "label": "Greeting"}
        ],
    } | changes
    made = here.call("POST", "/templates", given, user=user)
    assert made.status == 201, made.body
    assert here.call("POST", f"/templates/{made.id}/publish", user=user).status == 200
    return made.id


def deployment(here: World, user: str = "user-a", **changes: Any) -> str:
    given = {"name": "my app", "template_id": template(here), "node_id": node(here, user)} | changes
    made = here.call("POST", "/deployments", given, user=user)
    assert made.status == 201, made.body
    return made.id
