"""Redeploys in an in-memory world: versions to go to, the machine's states, what is left behind."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime import wiring
from chalicelib.services.counters import capacity_key
from tests.factories import TWO_SERVICES, settled
from tests.statemachines.test_deploy import held, hosts, items
from tests.world import World

HOST = "my-app.apps.test"
REDEPLOY = [
    "PlaceRedeploy",
    "PrepareNode",
    "PullImages",
    "MeasureVolumes",
    "SnapshotVolumes",
    "StartServices",
    "AwaitHealthy",
    "PublishRoute",
    "ConfirmRoute",
    "RetireOld",
    "FinishRedeploy",
]
UNDONE = ["UndoRedeploy", "AwaitOld", "KeepOld"]
NEW_WEB, NEW_DB = "nginx:1.27", "redis:8-alpine"
STATELESS = TWO_SERVICES.replace("nginx:alpine", NEW_WEB)
STATEFUL = TWO_SERVICES.replace("redis:7-alpine", NEW_DB)


def version(here: World, app: str, compose: str, number: str = "1.1.0", **changes: Any) -> str:
    """A new version of the app's template, published."""
    template = here.call("GET", f"/deployments/{app}").attributes["template_id"]
    given = {"version": number, "compose_spec": compose} | changes
    made = here.call(
        "POST", f"/templates/{template}/versions", given, user="creator", kind="template_versions"
    )
    assert made.status == 201, made.body
    return number


def begun(here: World, app: str, **given: Any) -> None:
    answer = here.call("POST", f"/deployments/{app}/redeploy", given)
    assert answer.status == 200, answer.body


def redeployed(here: World, app: str, **given: Any) -> dict[str, Any]:
    """Redeploy, and wait for its end."""
    begun(here, app, **given)
    return settled(here, "deployments", app)


def images(here: World, app: str) -> dict[str, tuple[str, str]]:
    """The image and status of each service's containers; of two of one service, the newer."""
    return {s.service: (s.image, s.status) for s in here.node.engine.containers(app)}


def names(here: World, app: str) -> list[str]:
    """What the app's containers are called, those beside with a mark."""
    return sorted(name for owner, name in here.node.engine.running if owner == app)


def taken(here: World, app: str) -> dict[str, Any]:
    """Everything that is counted or reserved for the app, to be compared with another time."""
    record = wiring.records().get(app)
    assert record is not None
    node = record.node or ""
    counters = {
        item["key"]["S"]: round(float(item["value"]["N"]), 6)
        for item in items("reservations")
        if "value" in item and item["key"]["S"].startswith(("plan#user-a", capacity_key(node, "")))
    }
    return {
        "counters": {name: value for name, value in counters.items() if value},
        "ports": sorted(held("port#")),
        "hosts": hosts(),
    }
