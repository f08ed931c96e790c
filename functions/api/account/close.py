"""Ask for one's account to be closed: apps are stopped, and after some days everything goes."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, one, reads, starts, told, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.closings.closings import Closing, ask, record_id, shown, stop_apps

AT_ONCE = 100
"""Apps that are looked at here; the others are stopped within the hour."""


class CloseAccount(BaseModel):
    """What one types who means it: `close my account`."""

    model_config = ConfigDict(extra="forbid")

    confirmation: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]


@operation(
    "POST /v1/account/closing",
    access="member",
    while_closing=True,
    scope="session",
    body=CloseAccount,
    success=202,
    timeout=29,
    answers=one("closings", Closing),
    rate=Rate(burst=5, per_minute=2),
    needs=(
        reads("resources", "reservations", "money"),
        writes("resources", "reservations", "journal"),
        starts("stop"),
        told("closing", "metering"),
    ),
)
def handler(call: Call) -> Answer:
    """Ask for one's account to be closed: apps are stopped, and after some days everything goes.

    Asking again changes nothing. What has to be done first is named in the refusal.
    """
    user = call.caller.member
    ask(wiring, user, call.given.confirmation)
    stop_apps(wiring, user, most=AT_ONCE)
    data = {"type": "closings", "id": record_id(user), "attributes": shown(wiring, user)}
    return Answer(202, {"data": data})
