"""List the plans: what each costs and allows, and what buying it means for who asks."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from chalicelib.domain import clock
from chalicelib.domain.billing.subscription import DAYS, Period, offer_of
from chalicelib.domain.errors import Conflict
from chalicelib.domain.limits import LIMITS, PLANS, PRICES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import many, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.plans.subscriptions import Subscription, period_of, shown, subscription_of


class PlanLimit(TypedDict):
    """What a plan allows of one thing; no bound is null."""

    limit: str
    bound: float | None
    unit: str


class PlanOffer(TypedDict):
    """What buying a plan means now."""

    kind: Literal["buy", "renew", "upgrade"]
    total_cents: int
    credit_cents: int
    """What is left of the plan before, taken off."""
    starts_at: str
    ends_at: str


class PlanRefusal(TypedDict):
    """Why a plan cannot be bought now."""

    code: str
    detail: str


class ShownPlan(TypedDict):
    """A plan as whoever asks may buy it."""

    name: str
    price_cents: int
    currency: str
    days: int
    """What is bought at a time."""
    limits: list[PlanLimit]
    is_current: bool
    """Whether it is the plan of this request, as the gateway says it."""
    offer: PlanOffer | None
    refusal: PlanRefusal | None


class OwnPlan(TypedDict):
    """What whoever asks has bought; null for nothing."""

    subscription: Subscription | None


@operation(
    "GET /v1/plans",
    access="member",
    answers=many("plans", ShownPlan, meta=OwnPlan),
    needs=(reads("resources"),),
)
def handler(call: Call) -> Answer:
    """List the plans: what each costs and allows, and what buying it means for who asks."""
    now = clock.seconds_of(wiring.now())
    subscription = subscription_of(wiring, call.caller.member)
    period, currency = period_of(subscription), wiring.settings().currency
    meta: OwnPlan = {"subscription": shown(subscription, now)}
    data = [
        {
            "type": "plans",
            "id": plan,
            "attributes": _plan(plan, call.caller.plan, period, currency, now),
        }
        for plan in PLANS
    ]
    return Answer(200, {"data": data, "meta": meta})


def _plan(plan: str, given: str, period: Period | None, currency: str, now: int) -> ShownPlan:
    offer, refusal = _offer(plan, given, period, now)
    return {
        "name": plan.capitalize(),
        "price_cents": PRICES[plan],
        "currency": currency,
        "days": DAYS,
        "limits": [
            {"limit": name, "bound": PLANS[plan].bound(limit), "unit": unit}
            for limit, (name, unit) in LIMITS.items()
        ],
        "is_current": plan == given,
        "offer": offer,
        "refusal": refusal,
    }


def _offer(
    plan: str, given: str, period: Period | None, now: int
) -> tuple[PlanOffer | None, PlanRefusal | None]:
    try:
        offer = offer_of(plan, given, period, now)
    except Conflict as error:
        return None, {"code": error.error_code, "detail": error.detail}
    return {
        "kind": offer.kind,
        "total_cents": offer.total_cents,
        "credit_cents": offer.credit_cents,
        "starts_at": clock.text_at(offer.starts_at),
        "ends_at": clock.text_at(offer.ends_at),
    }, None
