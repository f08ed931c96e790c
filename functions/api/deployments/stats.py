"""Show what each running container of a deployment uses at this moment."""

from __future__ import annotations

from typing_extensions import TypedDict

from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.runtime.declaration import invokes, one, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.inside import ASKING_SECONDS, LOOKS, look
from chalicelib.runtime.operation import Call, operation


class ContainerStats(TypedDict):
    """What a container uses; CPU in percent of one core, network and disk since its start."""

    name: str
    """Its service."""
    cpu_percent: float
    memory_usage_bytes: int
    memory_limit_bytes: int
    memory_percent: float
    network_rx_bytes: int
    network_tx_bytes: int
    block_read_bytes: int
    block_write_bytes: int
    pids: int


class DeploymentStats(TypedDict):
    """What an app uses; one that is down has no containers here."""

    containers: list[ContainerStats]
    app_status: str
    """The deployment's own status: what its owner wants of it."""
    collected_at: str


@operation(
    "GET /v1/deployments/{id}/monitoring/stats",
    access="owner",
    resource=DEPLOYMENTS,
    answers=one("deployment-stats", DeploymentStats),
    rate=LOOKS,
    needs=(reads("resources"), invokes("deployments_look_inside")),
    timeout=ASKING_SECONDS,
)
def handler(call: Call) -> Answer:
    """Show what each running container of a deployment uses at this moment."""
    return look(call, "stats")
