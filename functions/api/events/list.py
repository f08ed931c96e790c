"""List who did what to which of one's own records, newest first."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.errors import BadRequest
from chalicelib.domain.events import NOUNS
from chalicelib.engine.links import page_links
from chalicelib.engine.query import parse_list
from chalicelib.resources.events import EVENTS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import many, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.runtime.times import TIMES, span_of
from chalicelib.services.work import trails

PAGING = (
    *("page[size]", "page[after]", "page[before]"),
    *("filter[resource_id]", "filter[resource_type]"),
)


@operation(
    "GET /v1/events",
    access="member",
    query=(*PAGING, *TIMES),
    answers=many("events", EVENTS.attributes, paged=True),
    needs=(reads("journal"),),
)
def handler(call: Call) -> Answer:
    """List who did what to which of one's own records, newest first."""
    words = call.request.query
    query = parse_list(EVENTS, {word: words[word] for word in PAGING if word in words})
    page = wiring.records().trail(
        call.caller.member,
        limit=query.size,
        after=query.after,
        before=query.before,
        entity=query.filters.get("resource_id"),
        kinds=_kinds(query.filters.get("resource_type")),
        span=span_of(words),
    )
    said = {word: values[0] for word, values in words.items()}
    document: dict[str, Any] = {
        "data": [trails.event(entry) for entry in page.entries],
        "meta": {"limit": query.size},
        "links": page_links("events", said, after=page.after, before=page.before),
    }
    return Answer(200, document)


def _kinds(said: str | None) -> tuple[str, ...]:
    """Read types with commas between them. Raises `BadRequest` for one that has no events."""
    if said is None:
        return ()
    kinds = tuple(dict.fromkeys(said.split(",")))
    if unknown := [kind for kind in kinds if kind not in NOUNS]:
        detail = f"There are no events of {unknown[0]!r}; there are of {', '.join(NOUNS)}."
        raise BadRequest(detail, parameter="filter[resource_type]")
    return kinds
