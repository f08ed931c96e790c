"""Show what one has earned as a creator by month and template, the fee, payouts, balance."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import one, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.billing.earnings import Earnings, earnings_of


@operation(
    "GET /v1/account/earnings",
    access="member",
    answers=one("earnings", Earnings),
    needs=(reads("resources", "money"),),
)
def handler(call: Call) -> Answer:
    """Show what one has earned as a creator by month and template, the fee, payouts, balance."""
    user = call.caller.member
    data = {"type": "earnings", "id": user, "attributes": earnings_of(wiring, user)}
    return Answer(200, {"data": data})
