"""Change a draft, or what may change of a published template."""

from __future__ import annotations

from chalicelib.domain.errors import BadRequest, Conflict, PreconditionFailed, Stale
from chalicelib.resources.templates import TEMPLATES, UpdateTemplate
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import fetches, keeps, reads, sends, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation, owned
from chalicelib.services.catalogue import templates

TRIES = 3


@operation(
    "PATCH /v1/templates/{id}",
    access="owner",
    resource=TEMPLATES,
    body=UpdateTemplate,
    needs=(
        reads("resources"),
        writes("resources", "reservations", "journal", "money"),
        keeps("contents"),
        fetches("contents"),
        sends("catalogue", "invoices"),
    ),
)
def handler(call: Call) -> Answer:
    """Change a draft, or what may change of a published template."""
    values = call.given.model_dump(mode="json")
    sent = {name: values[name] for name in sorted(call.sent)}
    if not sent:
        raise BadRequest("Send at least one attribute to change.", pointer="/data/attributes")
    template, matched = call.target, call.matched is not None
    for _ in range(TRIES):
        try:
            return call.show(templates.update(wiring, template, sent, actor=call.caller.member))
        except Stale as error:
            if matched:
                raise PreconditionFailed("It changed meanwhile; read it again.") from error
            template = owned(TEMPLATES, template.id, call.caller.member)
    raise Conflict("It changes again and again; read it and try once more.")
