"""Stop a running deployment; its data stays."""

from __future__ import annotations

from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, starts, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.deployments.starting import stop_deployment


@operation(
    "POST /v1/deployments/{id}/stop",
    access="owner",
    while_closing=True,
    scope="deploy",
    resource=DEPLOYMENTS,
    needs=(reads("resources"), writes("resources", "journal"), starts("stop")),
)
def handler(call: Call) -> Answer:
    """Stop a running deployment; its data stays."""
    return call.show(stop_deployment(wiring, call.target, actor=call.caller.member))
