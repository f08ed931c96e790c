"""Bring a parked node back: it is offline until the check that this begins finds it well."""

from __future__ import annotations

from chalicelib.resources.nodes import NODES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, starts, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.nodes.maintenance import leave_maintenance


@operation(
    "DELETE /v1/nodes/{id}/maintenance",
    access="owner",
    resource=NODES,
    needs=(reads("resources", "reservations"), writes("resources", "journal"), starts("check")),
)
def handler(call: Call) -> Answer:
    """Bring a parked node back: it is offline until the check that this begins finds it well."""
    return call.show(leave_maintenance(wiring, call.target, actor=call.caller.member))
