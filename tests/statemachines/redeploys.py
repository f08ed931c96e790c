"""Redeploys in an in-memory world: versions to go to, the machine's states, what is left behind."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from chalicelib.runtime import wiring
from chalicelib.services.counters import capacity_key
from infra.packaging.template import state_functions
from tests.factories import TWO_SERVICES, settled
from tests.statemachines.deploys import held, hosts, items
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
OLD_DB, NEW_DB, NEW_WEB = "redis:7-alpine", "redis:8-alpine", "nginx:1.27"
STATELESS = TWO_SERVICES.replace("nginx:alpine", NEW_WEB)
STATEFUL = TWO_SERVICES.replace(OLD_DB, NEW_DB)
BEFORE = {"db": (OLD_DB, "running"), "web": ("nginx:alpine", "running")}
STOPPED = REDEPLOY[REDEPLOY.index("SnapshotVolumes") :]
"""The steps after whose begin the old container may be gone."""


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


def data(here: World, app: str) -> list[str]:
    """Which images wrote into the volume, in order."""
    return here.node.volumes.data[app, "data"]


@pytest.fixture(autouse=True)
def never_two_on_one_volume(here: World):
    yield
    assert here.node.volumes.clashes == []


def run_again(app: str, step: str) -> None:
    record = wiring.records().get(app)
    assert record is not None
    event = {"id": app, "generation": record.generation, "kind": "redeploy"}
    importlib.import_module(state_functions("redeploy")[step].module).handler(event, None)
