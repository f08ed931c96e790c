"""An order of a plan as an invoice says it, and how its lines are computed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.domain.billing.invoice import Item, plan_item
from chalicelib.domain.billing.month import Month
from chalicelib.domain.billing.subscription import DAYS, LENGTH, Offer, Period, offer_of


def made_of(offer: Offer, before: Period | None, now: int) -> dict[str, Any]:
    """What an order is computed from, as plain data."""
    return {
        "plan": offer.plan,
        "kind": offer.kind,
        "price_cents": offer.price_cents,
        "now": now,
        "before": before.plain() if before else None,
    }


def items_of(offer: Offer, before: Period | None, now: int) -> list[Item]:
    """The plan, and what is left of the one before where that is taken off."""
    month = Month.at(now)
    name = f"Plan {offer.plan}, {DAYS} days"
    items = [plan_item(month, offer.plan, offer.price_cents, LENGTH, name)]
    if before is not None and offer.credit_cents:
        left, said = before.ends_at - now, f"What is left of plan {before.plan}"
        items.append(plan_item(month, before.plan, -offer.credit_cents, -left, said))
    return items


def worth_of(made: Mapping[str, Any]) -> dict[str, int]:
    """What an order comes to, by what its items refer to, from what it was made of."""
    before, now = Period.of(made["before"]), int(made["now"])
    offer = replace(
        offer_of(str(made["plan"]), "", before, now), price_cents=int(made["price_cents"])
    )
    return {str(item["refers_to"]): item["cents"] for item in items_of(offer, before, now)}
