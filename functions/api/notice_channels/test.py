"""Send a test notice to a channel; its deliveries tell what came of it."""

from __future__ import annotations

from chalicelib.resources.notice_channels import NOTICE_CHANNELS, DeliveryAttributes
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, one, reads, sends, told, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.notices.notice_delivery import send_test, shown


@operation(
    "POST /v1/notice_channels/{id}/test",
    access="owner",
    resource=NOTICE_CHANNELS,
    success=202,
    answers=one("notice_deliveries", DeliveryAttributes),
    rate=Rate(burst=5, per_minute=5),
    needs=(reads("resources"), writes("resources"), sends("notices"), told("notices")),
)
def handler(call: Call) -> Answer:
    """Send a test notice to a channel; its deliveries tell what came of it."""
    return Answer(202, {"data": shown(send_test(wiring, call.target))})
