"""Make a template draft; its compose text is checked at once."""

from __future__ import annotations

from chalicelib.resources.templates import TEMPLATES, CreateTemplate
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services import templates


@operation(
    "POST /v1/templates",
    access="member",
    resource=TEMPLATES,
    body=CreateTemplate,
    success=201,
    needs=(writes("resources", "reservations", "journal"),),
)
def handler(call: Call) -> Answer:
    """Make a template draft; its compose text is checked at once."""
    return call.show(templates.draft(wiring, call.given, owner=call.caller.member), 201)
