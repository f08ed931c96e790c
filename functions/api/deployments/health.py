"""Show how each container of a deployment is at this moment, and how the app is as a whole."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.runtime.declaration import invokes, one, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.inside import ASKING_SECONDS, LOOKS, look
from chalicelib.runtime.operation import Call, operation

Health = Literal["healthy", "degraded", "unhealthy", "unknown"]


class ContainerHealth(TypedDict):
    """How a container is; times are RFC 3339."""

    name: str
    """Its service."""
    status: str
    """What Docker calls its state."""
    health: Health
    started_at: str | None
    restarts: int
    exit_code: int | None
    out_of_memory: bool
    check: Literal["none", "starting", "healthy", "unhealthy"]
    """What its own check says."""
    last_probe: str | None
    """The end of what the last probe printed, without secrets."""


class DeploymentHealth(TypedDict):
    """How an app is; one that is down has no containers here."""

    status: Health
    containers: list[ContainerHealth]
    app_status: str
    """The deployment's own status: what its owner wants of it."""
    checked_at: str


@operation(
    "GET /v1/deployments/{id}/monitoring/health",
    access="owner",
    resource=DEPLOYMENTS,
    answers=one("deployment-health", DeploymentHealth),
    rate=LOOKS,
    needs=(reads("resources"), invokes("deployments_look_inside")),
    timeout=ASKING_SECONDS,
)
def handler(call: Call) -> Answer:
    """Show how each container of a deployment is at this moment, and how the app is as a whole."""
    return look(call, "health")
