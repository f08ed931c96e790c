"""Declare a node lost: what lived there is closed, and the node can be deleted."""

from __future__ import annotations

from chalicelib.resources.nodes import NODES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, reads, starts, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.accounts.declarations import TypedName
from chalicelib.services.nodes.lost_nodes import declare_lost


@operation(
    "POST /v1/nodes/{id}/declare_lost",
    access="owner",
    while_closing=True,
    resource=NODES,
    body=TypedName,
    rate=Rate(burst=20, per_minute=60),
    needs=(reads("resources", "reservations"), writes("resources", "journal"), starts("lose")),
)
def handler(call: Call) -> Answer:
    """Declare a node lost: what lived there is closed, and the node can be deleted."""
    return call.show(declare_lost(wiring, call.target, call.given.name, actor=call.caller.member))
