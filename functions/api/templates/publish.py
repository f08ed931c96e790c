"""Show a template to everybody."""

from __future__ import annotations

from chalicelib.resources.templates import TEMPLATES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import fetches, reads, sends, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.catalogue import templates


@operation(
    "POST /v1/templates/{id}/publish",
    access="owner",
    resource=TEMPLATES,
    needs=(
        reads("resources"),
        writes("resources", "journal"),
        fetches("contents"),
        sends("catalogue", "invoices"),
    ),
)
def handler(call: Call) -> Answer:
    """Show a template to everybody."""
    return call.show(templates.publish(wiring, call.target, actor=call.caller.member))
