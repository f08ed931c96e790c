"""List what was sent to a channel and what came of it, newest first."""

from __future__ import annotations

from chalicelib.engine.links import page_links
from chalicelib.engine.query import parse_list
from chalicelib.resources.notice_channels import NOTICE_CHANNELS, DeliveryAttributes
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import many, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.notices.notice_delivery import deliveries_of, shown


@operation(
    "GET /v1/notice_channels/{id}/deliveries",
    access="owner",
    resource=NOTICE_CHANNELS,
    query=("page[size]", "page[after]", "page[before]"),
    answers=many("notice_deliveries", DeliveryAttributes, paged=True),
    needs=(reads("resources"),),
)
def handler(call: Call) -> Answer:
    """List what was sent to a channel and what came of it, newest first."""
    words = call.request.query
    query = parse_list(NOTICE_CHANNELS, words)
    page = deliveries_of(
        wiring, call.target, limit=query.size, after=query.after, before=query.before
    )
    said = {word: values[0] for word, values in words.items()}
    path = f"notice_channels/{call.target.id}/deliveries"
    document = {
        "data": [shown(record) for record in page.records],
        "meta": {"limit": query.size},
        "links": page_links(path, said, after=page.after, before=page.before),
    }
    return Answer(200, document)
