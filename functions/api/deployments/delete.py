"""Delete a deployment with its data: everything of it is removed from its node."""

from __future__ import annotations

from chalicelib.domain.errors import BadRequest
from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, starts, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.runtime.settle import settled
from chalicelib.services.deployments.removing import remove_deployment


@operation(
    "DELETE /v1/deployments/{id}",
    access="owner",
    resource=DEPLOYMENTS,
    query=("keep_volumes",),
    success=202,
    timeout=28,
    needs=(reads("resources"), writes("resources", "journal"), starts("remove")),
)
def handler(call: Call) -> Answer:
    """Delete a deployment with its data, or all but its volumes where `keep_volumes` asks that."""
    wanted = call.request.query.get("keep_volumes", ("false",))[0]
    if wanted not in {"true", "false"}:
        raise BadRequest("keep_volumes is true or false.", parameter="keep_volumes")
    begun = remove_deployment(
        wiring, call.target, actor=call.caller.member, keep_volumes=wanted == "true"
    )
    return settled(call, begun, failure="delete_failed")
