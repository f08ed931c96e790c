"""List the host names of a deployment."""

from __future__ import annotations

from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.resources.domains import DomainAttributes
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import many, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.domains import domains


@operation(
    "GET /v1/deployments/{id}/domains",
    access="owner",
    resource=DEPLOYMENTS,
    answers=many("domains", DomainAttributes),
    needs=(reads("resources"),),
)
def handler(call: Call) -> Answer:
    """List the host names of a deployment."""
    return Answer(200, {"data": domains.documents(wiring, call.target)})
