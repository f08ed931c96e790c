"""Get one version of a template with its texts, and what it changes of another one."""

from __future__ import annotations

from chalicelib.domain.errors import BadRequest
from chalicelib.resources.shapes import VersionMeta
from chalicelib.resources.templates import TEMPLATES, TemplateVersion
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import fetches, one, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.catalogue import template_versions
from chalicelib.services.catalogue.texts import with_texts

COMPARE = "compare"


@operation(
    "GET /v1/templates/{id}/versions/{version}",
    access="anyone",
    resource=TEMPLATES,
    query=(COMPARE,),
    answers=one("template_versions", TemplateVersion, meta=VersionMeta),
    needs=(reads("resources"), fetches("contents")),
)
def handler(call: Call) -> Answer:
    """Get one version of a template with its texts, and what it changes of another one."""
    reader, names = call.caller.user, call.request.parameters
    template = template_versions.template_for(wiring, names.get("id", ""), reader=reader)
    found = template_versions.version_of(wiring, template, names.get("version", ""), reader=reader)
    whole = with_texts(wiring, found)
    answer = {"data": template_versions.document(whole, listed=False)}
    if (other := _compared(call)) is not None:
        earlier = template_versions.version_of(wiring, template, other, reader=reader)
        changed = template_versions.changed_between(with_texts(wiring, earlier), whole)
        answer["meta"] = {"difference": changed}
    return Answer(200, answer)


def _compared(call: Call) -> str | None:
    values = call.request.query.get(COMPARE)
    if values is not None and len(values) != 1:
        raise BadRequest(f"{COMPARE} names one version.", parameter=COMPARE)
    return values[0] if values else None
