"""Search the catalogue of published templates, or list one's own with drafts."""

from __future__ import annotations

from typing import Any, NotRequired

from typing_extensions import TypedDict

from chalicelib.domain.errors import BadRequest
from chalicelib.engine import documents
from chalicelib.engine.query import ListQuery, parse_list
from chalicelib.ports.records import Page, Selection
from chalicelib.resources.templates import TEMPLATES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Operation, fetches, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, declare
from chalicelib.services.catalogue import search
from chalicelib.services.counters import total_key


class Category(TypedDict):
    """A category, and how many templates of the search are in it."""

    name: str
    count: int


class Facets(TypedDict):
    """What the search would find in each category, its own filter by category left out."""

    categories: list[Category]


class CatalogueMeta(TypedDict):
    """The size of the page, how many there are, and of the catalogue the facets."""

    limit: int
    total: int
    facets: NotRequired[Facets]


OWN_SORTS = ("-created_at", "created_at")


@declare(
    (
        Operation(
            method="GET",
            path="/v1/templates",
            access="anyone",
            resource=TEMPLATES,
            memory=1024,
            needs=(reads("resources", "reservations"), fetches("catalogue")),
            meta=CatalogueMeta,
            verb="list",
        ),
    )
)
def handler(call: Call) -> Answer:
    """Search the catalogue of published templates, or list one's own with drafts."""
    query = parse_list(TEMPLATES, call.request.query)
    return _own(call, query) if query.scope == "mine" else _catalogue(call, query)


def _own(call: Call, query: ListQuery) -> Answer:
    owner = call.caller.member
    if query.filters:
        raise BadRequest("Filters are of the catalogue, without scope=mine.", parameter="filter")
    if query.sort not in OWN_SORTS:
        detail = f"With scope=mine, sort is {' or '.join(OWN_SORTS)}."
        raise BadRequest(detail, parameter="sort")
    page = wiring.records().select(
        Selection(TEMPLATES.name, owner=owner),
        limit=query.size,
        after=query.after,
        before=query.before,
        oldest_first=query.sort == "created_at",
    )
    total = int(wiring.records().counter(total_key(TEMPLATES.name, owner)))
    return _answer(call, query, page, total)


def _catalogue(call: Call, query: ListQuery) -> Answer:
    find = search.related if "related" in query.filters else search.search
    found = find(wiring, query)
    categories = [{"name": facet.name, "count": facet.count} for facet in found.facets]
    return _answer(call, query, found.page, found.total, facets={"categories": categories})


def _answer(call: Call, query: ListQuery, page: Page, total: int, **meta: Any) -> Answer:
    document = documents.collection(
        TEMPLATES,
        page,
        reader=call.caller.user,
        limit=query.size,
        total=total,
        query={word: values[0] for word, values in call.request.query.items()},
        view=query.view,
    )
    document["meta"] |= meta
    return Answer(200, document)
