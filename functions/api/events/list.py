"""List who did what to which of one's own records, newest first."""

from __future__ import annotations

from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.events import NOUNS
from chalicelib.engine.links import page_links
from chalicelib.engine.query import parse_list
from chalicelib.ports.records import Span
from chalicelib.resources.events import EVENTS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import many, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services import trails

TIMES = ("since", "until")
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
        span=Span(*(_moment(word, words) for word in TIMES)),
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


def _moment(word: str, words: dict[str, tuple[str, ...]]) -> int | None:
    """Read a query word as a time. Raises `BadRequest` naming it."""
    if word not in words:
        return None
    try:
        return clock.milliseconds_of(words[word][0])
    except ValueError as error:
        detail = f"{word} is a time such as 2026-02-15T10:00:00Z, not before 1970."
        raise BadRequest(detail, parameter=word) from error
