"""List the host names of a deployment."""

from __future__ import annotations

from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.resources.shapes import Domain
from chalicelib.runtime.declaration import many, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services import domains


@operation(
    "GET /v1/deployments/{id}/domains",
    access="owner",
    resource=DEPLOYMENTS,
    answers=many("domains", Domain),
    needs=(reads("resources"),),
)
def handler(call: Call) -> Answer:
    """List the host names of a deployment."""
    stored = call.target.attributes.get("domains") or []
    return Answer(200, {"data": [domains.document(domain) for domain in stored]})
