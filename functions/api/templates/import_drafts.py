"""Make drafts of templates of other platforms: nothing is kept, and nothing is fetched."""

from __future__ import annotations

from chalicelib.resources.imports import IMPORTS, ImportTemplates, TemplatesImported
from chalicelib.runtime.declaration import Rate, Repeats, one
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.catalogue.importing import import_templates


@operation(
    "POST /v1/templates/import",
    access="member",
    body=ImportTemplates,
    answers=one(IMPORTS, TemplatesImported),
    memory=1024,
    timeout=29,
    rate=Rate(burst=10, per_minute=20),
    # The same texts give the same drafts: an answer is kept for an immediate repeat alone.
    repeats=Repeats(seconds=60),
)
def handler(call: Call) -> Answer:
    """Make drafts of templates of other platforms: nothing is kept, and nothing is fetched."""
    return Answer(200, {"data": import_templates(call.given)})
