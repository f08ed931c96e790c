"""Check a node now: whether it can be logged in to, its Docker, and what it has."""

from __future__ import annotations

from chalicelib.resources.nodes import NODES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, reads, starts, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.nodes.node_checks import begin_check


@operation(
    "POST /v1/nodes/{id}/check",
    access="owner",
    resource=NODES,
    rate=Rate(burst=20, per_minute=60),
    needs=(reads("resources", "reservations"), writes("resources", "journal"), starts("check")),
)
def handler(call: Call) -> Answer:
    """Check a node now: whether it can be logged in to, its Docker, and what it has."""
    return call.show(begin_check(wiring, call.target, actor=call.caller.member))
