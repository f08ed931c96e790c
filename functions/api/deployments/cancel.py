"""Cancel the work in hand on a deployment; what it did is undone."""

from __future__ import annotations

from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.work.work import cancel_work


@operation(
    "POST /v1/deployments/{id}/cancel",
    access="owner",
    while_closing=True,
    scope="deploy",
    resource=DEPLOYMENTS,
    needs=(reads("resources"), writes("resources", "journal")),
)
def handler(call: Call) -> Answer:
    """Cancel the work in hand on a deployment; what it did is undone."""
    return call.show(cancel_work(wiring, call.target, actor=call.caller.member))
