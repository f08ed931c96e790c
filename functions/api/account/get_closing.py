"""Show how the closing of one's account stands, or what asking for it would mean."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import one, reads, told
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.closings.closings import Closing, record_id, shown


@operation(
    "GET /v1/account/closing",
    access="member",
    answers=one("closings", Closing),
    needs=(reads("resources", "reservations", "money"), told("closing")),
)
def handler(call: Call) -> Answer:
    """Show how the closing of one's account stands, or what asking for it would mean."""
    user = call.caller.member
    data = {"type": "closings", "id": record_id(user), "attributes": shown(wiring, user)}
    return Answer(200, {"data": data})
