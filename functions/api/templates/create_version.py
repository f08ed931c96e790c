"""Add a version to a template; of a published template, it is published at once.

With `dry_run=true` it is only checked: what it would be and would change is shown.
"""

from __future__ import annotations

from chalicelib.resources.shapes import VersionMeta
from chalicelib.resources.templates import TEMPLATES, CreateVersion, TemplateVersion
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import fetches, keeps, one, reads, sends, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import DRY_RUN, Call, operation
from chalicelib.services.catalogue import template_versions
from chalicelib.services.catalogue.texts import with_texts


@operation(
    "POST /v1/templates/{id}/versions",
    access="owner",
    resource=TEMPLATES,
    body=CreateVersion,
    success=201,
    query=(DRY_RUN,),
    answers=one("template_versions", TemplateVersion, meta=VersionMeta),
    needs=(
        reads("resources"),
        writes("resources", "journal"),
        keeps("contents"),
        fetches("contents"),
        sends("catalogue", "invoices"),
    ),
)
def handler(call: Call) -> Answer:
    """Add a version to a template; of a published template, it is published at once."""
    values = call.given.model_dump(mode="json")
    sent = {name: values[name] for name in sorted(call.sent)}
    if call.is_dry:
        tried, changed = template_versions.try_version(wiring, call.target, sent)
        shown = template_versions.document(tried, listed=False)
        return Answer(200, {"data": shown, "meta": {"difference": changed}})
    made = template_versions.add_version(wiring, call.target, sent, actor=call.caller.member)
    shown = template_versions.document(with_texts(wiring, made), listed=False)
    return Answer(201, {"data": shown}, {"Location": shown["links"]["self"]})
