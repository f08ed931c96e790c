"""List the versions of a template, newest first."""

from __future__ import annotations

from chalicelib.engine.links import page_links
from chalicelib.engine.query import parse_list
from chalicelib.resources.templates import TEMPLATE_VERSIONS, TEMPLATES, TemplateVersion
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import many, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.catalogue import template_versions


@operation(
    "GET /v1/templates/{id}/versions",
    access="anyone",
    resource=TEMPLATES,
    query=("page[size]", "page[after]", "page[before]"),
    answers=many("template_versions", TemplateVersion, paged=True),
    needs=(reads("resources"),),
)
def handler(call: Call) -> Answer:
    """List the versions of a template, newest first."""
    reader, words = call.caller.user, call.request.query
    query = parse_list(TEMPLATE_VERSIONS, words)
    template_id = call.request.parameters.get("id", "")
    template = template_versions.template_for(wiring, template_id, reader=reader)
    page = template_versions.versions_of(
        wiring, template, reader=reader, limit=query.size, after=query.after, before=query.before
    )
    said = {word: values[0] for word, values in words.items()}
    path = f"templates/{template.id}/versions"
    document = {
        "data": [template_versions.document(v, listed=True) for v in page.records],
        "meta": {"limit": query.size},
        "links": page_links(path, said, after=page.after, before=page.before),
    }
    return Answer(200, document)
