"""Destroy a server: gone at the provider, or a reason why not."""

from __future__ import annotations

from chalicelib.resources.cloud_provisions import CLOUD_PROVISIONS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, starts, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.runtime.settle import settled
from chalicelib.services.destroying import begin_destroy


@operation(
    "DELETE /v1/cloud_provisions/{id}",
    access="owner",
    resource=CLOUD_PROVISIONS,
    success=202,
    timeout=28,
    layers=("crypto",),
    needs=(reads("resources", "reservations"), writes("resources", "journal"), starts("destroy")),
)
def handler(call: Call) -> Answer:
    """Destroy a server: gone at the provider, or a reason why not."""
    begun = begin_destroy(wiring, call.target, actor=call.caller.member)
    return settled(call, begun, failure="destroy_failed")
