"""List the apps that live on one's own node, others' among them, and nothing of their secrets."""

from __future__ import annotations

from typing import Any

from chalicelib.engine.links import page_links
from chalicelib.engine.query import parse_list
from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.resources.nodes import NODES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import many, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.nodes.residents import Resident, residents, shown_to_host

PAGING = ("page[size]", "page[after]", "page[before]")


@operation(
    "GET /v1/nodes/{id}/deployments",
    access="owner",
    resource=NODES,
    query=PAGING,
    answers=many("node-deployments", Resident, paged=True),
    needs=(reads("resources"),),
)
def handler(call: Call) -> Answer:
    """List the apps that live on one's own node, others' among them."""
    words, reader = call.request.query, call.caller.member
    query = parse_list(DEPLOYMENTS, words)
    page = residents(
        wiring, call.target.id, limit=query.size, after=query.after, before=query.before
    )
    said = {word: values[0] for word, values in words.items()}
    path = f"nodes/{call.target.id}/deployments"
    document: dict[str, Any] = {
        "data": [
            {"type": "node-deployments", "id": app.id, "attributes": shown_to_host(app, reader)}
            for app in page.records
        ],
        "meta": {"limit": query.size},
        "links": page_links(path, said, after=page.after, before=page.before),
    }
    return Answer(200, document)
