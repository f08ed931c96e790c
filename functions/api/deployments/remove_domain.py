"""Remove a host name of one's own from a deployment."""

from __future__ import annotations

from urllib.parse import unquote

from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.domains import domain_ends


@operation(
    "DELETE /v1/deployments/{id}/domains/{hostname}",
    access="owner",
    scope="deploy",
    resource=DEPLOYMENTS,
    success=204,
    needs=(reads("resources"), writes("resources", "reservations", "journal", "routes")),
)
def handler(call: Call) -> Answer:
    """Remove a host name of one's own from a deployment."""
    hostname = unquote(call.request.parameters["hostname"])
    domain_ends.remove(wiring, call.target, hostname, actor=call.caller.member)
    return Answer(204)
