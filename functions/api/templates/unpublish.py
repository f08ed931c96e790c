"""Take a template back out of the catalogue; what runs of it stays."""

from __future__ import annotations

from chalicelib.resources.templates import TEMPLATES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import fetches, reads, sends, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.catalogue import templates


@operation(
    "POST /v1/templates/{id}/unpublish",
    access="owner",
    while_closing=True,
    resource=TEMPLATES,
    needs=(
        reads("resources"),
        writes("resources", "journal"),
        fetches("contents"),
        sends("catalogue"),
    ),
)
def handler(call: Call) -> Answer:
    """Take a template back out of the catalogue; what runs of it stays."""
    return call.show(templates.unpublish(wiring, call.target, actor=call.caller.member))
