"""Show one's own account: who one is, and what the plan allows and is used of it."""

from __future__ import annotations

from typing_extensions import TypedDict

from chalicelib.domain.errors import Forbidden
from chalicelib.domain.limits import LIMITS, NOTHING, PlanLimits
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import one, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.accounts.limits import used_by
from chalicelib.services.counters import closing_key


class LimitUse(TypedDict):
    """What a plan allows of one thing, and how much of it is used; no bound is null."""

    limit: str
    used: float
    bound: float | None
    unit: str


class Account(TypedDict):
    """An account as its user sees it; no list of capabilities means all of them."""

    plan: str
    limits: list[LimitUse]
    allowed_capabilities: list[str] | None
    note: str | None
    closes_at: str | None
    """Until when the account can be kept, of one that is being closed; null for any other."""


@operation(
    "GET /v1/account",
    access="member",
    answers=one("accounts", Account),
    needs=(reads("reservations"),),
)
def handler(call: Call) -> Answer:
    """Show one's own account: who one is, and what the plan allows and is used of it."""
    user = call.caller.member
    limits, note = _limits(call)
    used = used_by(wiring, user, LIMITS)
    known = note is None
    closing = wiring.records().reservation(closing_key(user))
    attributes: Account = {
        "plan": call.caller.plan,
        "limits": [
            {"limit": name, "used": used[limit], "bound": limits.bound(limit), "unit": unit}
            for limit, (name, unit) in LIMITS.items()
        ],
        "allowed_capabilities": list(limits.allowed_capabilities) or (None if known else []),
        "note": note,
        "closes_at": closing["closes_at"] if closing else None,
    }
    data = {
        "type": "accounts",
        "id": user,
        "attributes": attributes,
        "links": {"self": "/api/v1/account"},
    }
    return Answer(200, {"data": data})


def _limits(call: Call) -> tuple[PlanLimits, str | None]:
    """What the plan allows; nothing, and why, when it is not known: looking needs no plan."""
    try:
        return call.caller.limits(), None
    except Forbidden as error:
        return NOTHING, f"{error.detail} Nothing can be made until it is."
