"""Send once more what was delivered, or failed for good, under the same id."""

from __future__ import annotations

from chalicelib.domain.errors import NotFound
from chalicelib.resources.notice_channels import NOTICE_CHANNELS, DeliveryAttributes
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, one, reads, sends, told, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.notices.notice_delivery import replay, shown


@operation(
    "POST /v1/notice_channels/{id}/deliveries/{delivery}/replay",
    access="owner",
    resource=NOTICE_CHANNELS,
    success=202,
    answers=one("notice_deliveries", DeliveryAttributes),
    rate=Rate(burst=20, per_minute=20),
    needs=(reads("resources"), writes("resources"), sends("notices"), told("notices")),
)
def handler(call: Call) -> Answer:
    """Send once more what was delivered, or failed for good, under the same id."""
    delivery_id = call.request.parameters.get("delivery", "")
    found = replay(wiring, call.target, delivery_id)
    if found is None:
        raise NotFound(f"There is no delivery {delivery_id} of this channel.")
    return Answer(202, {"data": shown(found)})
