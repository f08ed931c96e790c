"""Make a template draft; its compose text is checked at once."""

from __future__ import annotations

from chalicelib.resources.templates import TEMPLATES, CreateTemplate
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import fetches, keeps, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services import templates


@operation(
    "POST /v1/templates",
    access="member",
    resource=TEMPLATES,
    body=CreateTemplate,
    success=201,
    needs=(
        writes("resources", "reservations", "journal", "money"),
        keeps("contents"),
        fetches("contents"),
    ),
)
def handler(call: Call) -> Answer:
    """Make a template draft; its compose text is checked at once."""
    given = call.given.model_dump(mode="json")
    return call.show(templates.draft(wiring, given, owner=call.caller.member), 201)
