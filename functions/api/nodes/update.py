"""Change a node; a change of how it is reached takes it offline and begins a check."""

from __future__ import annotations

from chalicelib.domain.errors import PreconditionFailed, Stale
from chalicelib.resources.nodes import NODES, UpdateNode
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, starts, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.nodes.nodes import change_node


@operation(
    "PATCH /v1/nodes/{id}",
    access="owner",
    resource=NODES,
    body=UpdateNode,
    needs=(
        reads("resources", "reservations"),
        writes("resources", "reservations", "journal"),
        starts("check"),
    ),
)
def handler(call: Call) -> Answer:
    """Change a node; a change of how it is reached takes it offline and begins a check."""
    try:
        record = change_node(wiring, call.target, call.given, call.sent, version=call.matched)
    except Stale as error:
        raise PreconditionFailed("It changed meanwhile; read it again.") from error
    return call.show(record)
