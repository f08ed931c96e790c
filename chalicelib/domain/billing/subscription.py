"""What may be bought of a plan when, what it costs then, and how long it lasts.

A plan is bought for thirty days from the payment on. In the last of them, and for a while after
it, the same one is bought again and begins where it ended. A larger one is bought at any time: its
thirty days begin at once, less what is left of the one before, by the second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from chalicelib.domain import clock
from chalicelib.domain.errors import Conflict
from chalicelib.domain.limits import PRICES

DAY = 86_400
DAYS = 30
"""What is bought at a time."""
LENGTH = DAYS * DAY
RENEWABLE = 7 * DAY
"""For how long before its end a plan can be bought again, and its end is told of."""
GRACE = 7 * DAY
"""For how long after its end a plan stays in force."""
FREE = "free"
"""The plan of who pays for none."""

OfferKind = Literal["buy", "renew", "upgrade"]
State = Literal["active", "grace", "lapsed"]


@dataclass(frozen=True)
class Period:
    """What an account has paid for. Times are seconds since 1970."""

    plan: str
    starts_at: int
    ends_at: int
    cents: int
    """What its whole length is worth."""

    @property
    def renewable_from(self) -> int:
        """From when on the same plan can be bought again."""
        return self.ends_at - RENEWABLE

    @property
    def lapses_at(self) -> int:
        """When the account is back to the free plan."""
        return self.ends_at + GRACE

    def state(self, now: int) -> State:
        """Whether it runs, is over and still in force, or is over."""
        if now < self.ends_at:
            return "active"
        return "grace" if now < self.lapses_at else "lapsed"

    def left_cents(self, now: int) -> int:
        """What is left of it, by the second, rounded down to a whole cent."""
        left = max(0, min(self.ends_at - now, self.ends_at - self.starts_at))
        return self.cents * left // (self.ends_at - self.starts_at)

    def plain(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any] | None) -> Period | None:
        """Read plain data back."""
        if not kept:
            return None
        times = {name: int(kept[name]) for name in ("starts_at", "ends_at", "cents")}
        return cls(str(kept["plan"]), **times)


@dataclass(frozen=True)
class Offer:
    """A plan as it can be bought at a moment."""

    kind: OfferKind
    plan: str
    price_cents: int
    credit_cents: int
    """What is left of the plan before."""
    starts_at: int
    ends_at: int

    @property
    def total_cents(self) -> int:
        """What is to be paid."""
        return self.price_cents - self.credit_cents


def is_larger(plan: str, other: str) -> bool:
    """Whether a plan allows more than another; what is not known allows nothing."""
    names = list(PRICES)
    return other not in names or names.index(plan) > names.index(other)


def offer_of(plan: str, given: str, period: Period | None, now: int) -> Offer:
    """What buying a plan means now. `given` is what the gateway says that the account has.

    Raises `Conflict` where it cannot be bought, with a code for each reason.
    """
    if not PRICES[plan]:
        raise Conflict("It costs nothing: everybody has it who has no other.", code="plan_free")
    running = period if period is not None and now < period.lapses_at else None
    price, begin = PRICES[plan], now
    kind: OfferKind = "buy"
    credit = 0
    if running is None:
        # What nobody bought was given by hand; of what has lapsed the gateway may not know yet.
        if period is None and not is_larger(plan, given):
            raise _refusal(plan, given, "")
    elif running.plan == plan:
        if now < running.renewable_from:
            since = _day(running.renewable_from)
            raise _refusal(plan, plan, f" It can be renewed from {since} on.")
        kind, begin = "renew", running.ends_at
    elif is_larger(plan, running.plan):
        kind, credit = "upgrade", running.left_cents(now)
    elif now < running.ends_at:
        until = _day(running.ends_at)
        raise _refusal(plan, running.plan, f" It runs until {until}; {plan} can be bought then.")
    return Offer(kind, plan, price, credit, begin, begin + LENGTH)


def bought(period: Period | None, plan: str, cents: int, at: int) -> Period:
    """What an account has once a plan is paid at a moment, whatever was offered."""
    if period is not None and period.plan == plan and at < period.lapses_at:
        return Period(plan, period.starts_at, period.ends_at + LENGTH, period.cents + cents)
    return Period(plan, at, at + LENGTH, cents)


def _refusal(plan: str, has: str, until: str) -> Conflict:
    if plan == has:
        return Conflict(f"You have the plan {plan} already.{until}", code="plan_current")
    return Conflict(f"You have the plan {has}, which is larger.{until}", code="plan_smaller")


def _day(seconds: int) -> str:
    return clock.text_at(seconds)[:10]
