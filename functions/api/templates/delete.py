"""Delete a template that nothing runs any more."""

from __future__ import annotations

from chalicelib.resources.templates import TEMPLATES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, sends, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.catalogue import templates


@operation(
    "DELETE /v1/templates/{id}",
    access="owner",
    resource=TEMPLATES,
    success=204,
    needs=(
        reads("resources", "reservations"),
        writes("resources", "journal", "reservations"),
        sends("catalogue"),
    ),
)
def handler(call: Call) -> Answer:
    """Delete a template that nothing runs any more."""
    templates.delete(wiring, call.target, actor=call.caller.member)
    return Answer(204)
