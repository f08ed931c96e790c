"""Give up a node that was brought, once no app lives there."""

from __future__ import annotations

from chalicelib.domain.errors import PreconditionFailed, Stale
from chalicelib.resources.nodes import NODES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.nodes.nodes import remove_node


@operation(
    "DELETE /v1/nodes/{id}",
    access="owner",
    resource=NODES,
    success=204,
    needs=(reads("resources", "reservations"), writes("resources", "journal", "reservations")),
)
def handler(call: Call) -> Answer:
    """Give up a node that was brought, once no app lives there."""
    try:
        remove_node(wiring, call.target, version=call.matched)
    except Stale as error:
        raise PreconditionFailed("It changed meanwhile; read it again.") from error
    return Answer(204)
