"""Bring a server: it is offline until its first check, which begins at once."""

from __future__ import annotations

from chalicelib.resources.nodes import NODES, CreateNode
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, reads, starts, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.nodes.nodes import add_node


@operation(
    "POST /v1/nodes",
    access="member",
    resource=NODES,
    body=CreateNode,
    success=201,
    rate=Rate(burst=120, per_minute=60),
    needs=(
        reads("resources", "reservations"),
        writes("resources", "reservations", "journal"),
        starts("check"),
    ),
)
def handler(call: Call) -> Answer:
    """Bring a server: it is offline until its first check, which begins at once."""
    record = add_node(wiring, call.given, owner=call.caller.member, limits=call.caller.limits())
    return call.show(record, 201)
