"""Show what a deployment used of CPU, memory, network and disk, and its traffic."""

from __future__ import annotations

from chalicelib.domain.errors import BadRequest
from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import one, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.metering.history import RANGES, DeploymentMetrics, history


@operation(
    "GET /v1/deployments/{id}/monitoring/metrics",
    access="owner",
    resource=DEPLOYMENTS,
    query=("range",),
    answers=one("deployment-metrics", DeploymentMetrics),
    # A day holds 1,440 samples of each service: memory brings the CPU to add them up.
    memory=1024,
    needs=(reads("resources", "journal"),),
)
def handler(call: Call) -> Answer:
    """Show what a deployment used of CPU, memory, network and disk, and its traffic."""
    wanted = call.request.query.get("range", ("1h",))[0]
    name = next((name for name in RANGES if name == wanted), None)
    if name is None:
        raise BadRequest(f"range is one of {', '.join(RANGES)}.", parameter="range")
    attributes = history(wiring, call.target.id, name)
    data = {"type": "deployment-metrics", "id": call.target.id, "attributes": attributes}
    return Answer(200, {"data": data})
