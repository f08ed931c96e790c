"""List where an account is told of what happens; its own address is always among them."""

from __future__ import annotations

from chalicelib.engine import documents
from chalicelib.engine.query import parse_list
from chalicelib.ports.records import Selection
from chalicelib.resources.notice_channels import NOTICE_CHANNELS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Operation, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, declare
from chalicelib.services.counters import total_key
from chalicelib.services.notices.notice_channels import ensure_own


@declare(
    (
        Operation(
            method="GET",
            path="/v1/notice_channels",
            access="member",
            resource=NOTICE_CHANNELS,
            needs=(reads("resources", "reservations"), writes("resources", "reservations")),
            verb="list",
        ),
    )
)
def handler(call: Call) -> Answer:
    """List where an account is told of what happens; its own address is always among them."""
    query = parse_list(NOTICE_CHANNELS, call.request.query)
    owner = call.caller.member
    ensure_own(wiring, owner)
    page = wiring.records().select(
        Selection(NOTICE_CHANNELS.name, owner=owner),
        limit=query.size,
        after=query.after,
        before=query.before,
        oldest_first=query.sort == "created_at",
    )
    document = documents.collection(
        NOTICE_CHANNELS,
        page,
        reader=owner,
        limit=query.size,
        total=int(wiring.records().counter(total_key(NOTICE_CHANNELS.name, owner))),
        query={word: values[0] for word, values in call.request.query.items()},
        view=query.view,
    )
    return Answer(200, document)
