"""Destroy a server: gone at the provider, or a reason why not."""

from __future__ import annotations

from chalicelib.domain.errors import BadRequest
from chalicelib.resources.cloud_provisions import CLOUD_PROVISIONS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, starts, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.runtime.settle import settled
from chalicelib.services.provisions.destroying import begin_destroy


@operation(
    "DELETE /v1/cloud_provisions/{id}",
    access="owner",
    resource=CLOUD_PROVISIONS,
    query=("force",),
    success=202,
    timeout=28,
    layers=("crypto",),
    needs=(
        reads("resources", "reservations"),
        writes("resources", "journal", "reservations"),
        starts("destroy"),
    ),
)
def handler(call: Call) -> Answer:
    """Destroy a server: gone at the provider, or a reason why not; with its apps by `force`."""
    wanted = call.request.query.get("force", ("false",))[0]
    if wanted not in {"true", "false"}:
        raise BadRequest("force is true or false.", parameter="force")
    begun = begin_destroy(wiring, call.target, actor=call.caller.member, with_apps=wanted == "true")
    return settled(call, begun, failure="destroy_failed")
