"""Add a version to a template; of a published template, it is published at once."""

from __future__ import annotations

from chalicelib.resources.templates import TEMPLATES, CreateVersion, TemplateVersion
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import fetches, keeps, one, reads, sends, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services import template_versions
from chalicelib.services.texts import with_texts


@operation(
    "POST /v1/templates/{id}/versions",
    access="owner",
    resource=TEMPLATES,
    body=CreateVersion,
    success=201,
    answers=one("template_versions", TemplateVersion),
    needs=(
        reads("resources"),
        writes("resources", "journal"),
        keeps("contents"),
        fetches("contents"),
        sends("catalogue"),
    ),
)
def handler(call: Call) -> Answer:
    """Add a version to a template; of a published template, it is published at once."""
    values = call.given.model_dump(mode="json")
    sent = {name: values[name] for name in sorted(call.sent)}
    made = template_versions.add_version(wiring, call.target, sent, actor=call.caller.member)
    shown = template_versions.document(with_texts(wiring, made), listed=False)
    return Answer(201, {"data": shown}, {"Location": shown["links"]["self"]})
