"""Park a node: nothing new is placed there, what runs goes on."""

from __future__ import annotations

from chalicelib.resources.nodes import NODES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.nodes.maintenance import enter_maintenance


@operation(
    "POST /v1/nodes/{id}/maintenance",
    access="owner",
    resource=NODES,
    needs=(reads("resources", "reservations"), writes("resources", "journal")),
)
def handler(call: Call) -> Answer:
    """Park a node: nothing new is placed there, what runs goes on."""
    return call.show(enter_maintenance(wiring, call.target, actor=call.caller.member))
