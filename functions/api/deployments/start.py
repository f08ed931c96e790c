"""Start a deployment on its node, or on the best of the owner's nodes."""

from __future__ import annotations

from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, starts, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.deployments import start_deployment


@operation(
    "POST /v1/deployments/{id}/start",
    access="owner",
    resource=DEPLOYMENTS,
    needs=(
        reads("resources", "reservations"),
        writes("resources", "journal"),
        starts("deploy"),
    ),
)
def handler(call: Call) -> Answer:
    """Start a deployment on its node, or on the best of the owner's nodes."""
    return call.show(start_deployment(wiring, call.target, actor=call.caller.member))
