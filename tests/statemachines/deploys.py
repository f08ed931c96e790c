"""Deploys in an in-memory world: the machine's states, a start, and what is held by then."""

from __future__ import annotations

import boto3

from tests.factories import settled
from tests.world import World

WHOLE = [
    "PlaceDeployment",
    "PrepareNode",
    "PullImages",
    "StartServices",
    "AwaitHealthy",
    "PublishRoute",
    "ConfirmRoute",
    "FinishDeploy",
    "Done",
]


def items(table: str) -> list[dict]:
    """Every item of a table, to see what is left."""
    return boto3.client("dynamodb").scan(TableName=f"test-{table}")["Items"]


def held(prefix: str) -> list[str]:
    return [i["key"]["S"] for i in items("reservations") if i["key"]["S"].startswith(prefix)]


def hosts() -> dict[str, str]:
    return {i["host"]["S"]: i["state"]["S"] for i in items("routes") if "state" in i}


def start(here: World, app: str) -> dict:
    answer = here.call("POST", f"/deployments/{app}/start")
    assert answer.status == 200, answer.body
    return settled(here, "deployments", app)
