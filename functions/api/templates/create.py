"""Make a template draft; its compose text is checked at once.

With `dry_run=true` it is only checked: what would be made is shown, and nothing is kept.
"""

from __future__ import annotations

from chalicelib.resources.templates import TEMPLATES, CreateTemplate
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import fetches, keeps, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import DRY_RUN, Call, operation
from chalicelib.services.catalogue import templates


@operation(
    "POST /v1/templates",
    access="member",
    resource=TEMPLATES,
    body=CreateTemplate,
    success=201,
    query=(DRY_RUN,),
    needs=(
        writes("resources", "reservations", "journal", "money"),
        keeps("contents"),
        fetches("contents"),
    ),
)
def handler(call: Call) -> Answer:
    """Make a template draft; its compose text is checked at once."""
    given = call.given.model_dump(mode="json")
    if call.is_dry:
        return call.show(templates.sketch(wiring, given, owner=call.caller.member), 200)
    return call.show(templates.draft(wiring, given, owner=call.caller.member), 201)
