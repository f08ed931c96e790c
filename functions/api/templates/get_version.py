"""Get one version of a template with its texts."""

from __future__ import annotations

from chalicelib.resources.templates import TEMPLATES, TemplateVersion
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import fetches, one, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services import template_versions
from chalicelib.services.texts import with_texts


@operation(
    "GET /v1/templates/{id}/versions/{version}",
    access="anyone",
    resource=TEMPLATES,
    answers=one("template_versions", TemplateVersion),
    needs=(reads("resources"), fetches("contents")),
)
def handler(call: Call) -> Answer:
    """Get one version of a template with its texts."""
    reader, names = call.caller.user, call.request.parameters
    template = template_versions.template_for(wiring, names.get("id", ""), reader=reader)
    found = template_versions.version_of(wiring, template, names.get("version", ""), reader=reader)
    shown = template_versions.document(with_texts(wiring, found), listed=False)
    return Answer(200, {"data": shown})
