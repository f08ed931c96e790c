"""List what one's own account used, newest first, and what the gateway's meter said to it."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.errors import BadRequest
from chalicelib.engine.links import page_links
from chalicelib.engine.query import parse_list
from chalicelib.ports.outbox import ToldUsage
from chalicelib.resources.usage_events import USAGE_EVENTS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import many, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.runtime.times import TIMES, span_of

PAGING = (
    *("page[size]", "page[after]", "page[before]"),
    *("filter[status]", "filter[event_type]", "filter[resource_id]"),
)
STATUSES = ("rejected", "undelivered")


@operation(
    "GET /v1/usage_events",
    access="member",
    query=(*PAGING, *TIMES),
    answers=many("usage_events", USAGE_EVENTS.attributes, paged=True),
    needs=(reads("money"),),
)
def handler(call: Call) -> Answer:
    """List what one's own account used, newest first, and what the gateway's meter said to it."""
    words = call.request.query
    query = parse_list(USAGE_EVENTS, {word: words[word] for word in PAGING if word in words})
    status = query.filters.get("status")
    if status is not None and status not in STATUSES:
        detail = f"filter[status] is {' or '.join(STATUSES)}, or left out."
        raise BadRequest(detail, parameter="filter[status]")
    page = wiring.outbox().told(
        call.caller.member,
        status=status,
        event=query.filters.get("event_type"),
        resource=query.filters.get("resource_id"),
        span=span_of(words),
        limit=query.size,
        after=query.after,
        before=query.before,
    )
    said = {word: values[0] for word, values in words.items()}
    document: dict[str, Any] = {
        "data": [_shown(told) for told in page.events],
        "meta": {"limit": query.size},
        "links": page_links("usage_events", said, after=page.after, before=page.before),
    }
    return Answer(200, document)


def _shown(told: ToldUsage) -> dict[str, Any]:
    usage, refused = told.usage, told.rejection
    return {
        "type": "usage_events",
        "id": usage.id,
        "attributes": {
            "event_type": usage.event,
            "resource_type": usage.resource_type,
            "resource_id": usage.resource,
            "quantity": usage.quantity,
            "at": usage.at,
            "metadata": usage.metadata,
            "status": told.status,
            "judged_at": told.judged_at,
            "code": refused.code if refused else None,
            "detail": refused.detail if refused else None,
        },
    }
