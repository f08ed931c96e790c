"""Keep one's account after all, as long as nothing of it is being removed."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import one, reads, told, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.closings.closings import Closing, keep, record_id, shown


@operation(
    "DELETE /v1/account/closing",
    access="member",
    scope="session",
    answers=one("closings", Closing),
    needs=(
        reads("resources", "reservations", "money"),
        writes("resources", "reservations", "journal"),
        told("closing"),
    ),
)
def handler(call: Call) -> Answer:
    """Keep one's account after all, as long as nothing of it is being removed.

    Apps stay stopped until they are started.
    """
    user = call.caller.member
    keep(wiring, user)
    data = {"type": "closings", "id": record_id(user), "attributes": shown(wiring, user)}
    return Answer(200, {"data": data})
