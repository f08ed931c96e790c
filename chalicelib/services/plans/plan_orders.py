"""Orders of plans: each is an invoice of its own, and an account has one open order at most.

An order stands as it was offered while its checkout may be paid. Another one takes its place once
that checkout is ended, and the order before is removed.
"""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.domain import clock
from chalicelib.domain.billing.invoice import total_cents
from chalicelib.domain.billing.month import Month
from chalicelib.domain.billing.order import items_of, made_of
from chalicelib.domain.billing.subscription import DAYS, Offer, Period, offer_of
from chalicelib.domain.errors import Conflict, Stale
from chalicelib.ports.records import Change, Count, Create, Record, Write
from chalicelib.services.billing.checkouts import end_payment
from chalicelib.services.billing.settling import PAYABLE, TRIES
from chalicelib.services.counters import total_key
from chalicelib.services.plans.subscriptions import (
    KIND,
    begun,
    period_of,
    removed,
    subscription_of,
)
from chalicelib.services.tools import Tools

STANDS = 23 * 3600
"""Seconds for which an order can be paid as it was offered; its checkout lasts for a day."""


def order(tools: Tools, account: str, plan: str, *, given: str) -> Record:
    """The invoice by which an account buys a plan: the one that it has ordered, or another.

    `given` is the plan that the gateway says it has. Raises `Conflict` where the plan cannot be
    bought now, or the order before is being paid.
    """
    for _ in range(TRIES):
        subscription, now = subscription_of(tools, account), clock.seconds_of(tools.now())
        period = period_of(subscription)
        offer = offer_of(plan, given, period, now)
        open_one = _open_order(tools, subscription)
        if open_one is not None and _stands(open_one, offer, period, now):
            return open_one
        if open_one is not None:
            end_payment(tools, open_one)
        invoice = _invoice(tools, account, offer, period, now)
        try:
            tools.records().commit(*_written(tools, subscription, open_one, invoice))
        except Stale:
            # Somebody else orders at this moment, or it was paid.
            continue
        return invoice
    raise Conflict("It changed meanwhile; look at it again and repeat.", code="stale")


def _open_order(tools: Tools, subscription: Record | None) -> Record | None:
    known = subscription.attributes.get("order") if subscription else None
    invoice = tools.records().get(known) if known else None
    return invoice if invoice is not None and invoice.status in PAYABLE else None


def _stands(invoice: Record, offer: Offer, period: Period | None, now: int) -> bool:
    """Whether an open order is of what is offered now, but for the seconds since."""
    said = invoice.attributes["order"]
    return (
        (said["plan"], said["kind"], said["price_cents"])
        == (offer.plan, offer.kind, offer.price_cents)
        and Period.of(said["before"]) == period
        and now - int(said["now"]) < STANDS
    )


def _written(
    tools: Tools, subscription: Record | None, open_one: Record | None, invoice: Record
) -> Iterator[Write]:
    yield Create(invoice)
    if open_one is not None:
        yield removed(open_one)
    else:
        yield Count(total_key(invoice.type, invoice.owner), 1)
    yield tools.told(invoice, "plan_ordered", invoice.owner, plan=invoice.attributes["plan"])
    if subscription is None:
        yield Create(begun(tools, invoice.owner, order=invoice.id))
    else:
        said = {"order": invoice.id}
        yield Change(of=subscription, attributes=said, if_version=subscription.version)


def _invoice(tools: Tools, account: str, offer: Offer, period: Period | None, now: int) -> Record:
    items, made = items_of(offer, period, now), made_of(offer, period, now)
    at = clock.text_at(now)
    return Record(
        id=tools.new_id("inv_"),
        type="invoices",
        owner=account,
        status="pending",
        created_at=tools.now(),
        updated_at=tools.now(),
        attributes={
            "kind": KIND,
            "plan": offer.plan,
            "title": f"Hoster plan {offer.plan}, {DAYS} days",
            "order": made,
            "evidence": {**made, "intervals": [], "prices": []},
            "month": str(Month.at(now)),
            "period_start": clock.text_at(offer.starts_at),
            "period_end": clock.text_at(offer.ends_at),
            "items": [dict(item) for item in items],
            "subtotal_cents": total_cents(items),
            "tax_cents": 0,
            "total_cents": total_cents(items),
            "currency": tools.settings().currency,
            "closed_at": at,
        },
    )
