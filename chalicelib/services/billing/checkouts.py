"""Pay an invoice: one checkout of it is open at a time, and is used again while it is good."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, Conflict, Gone, ProviderUnavailable, Stale, Taken
from chalicelib.ports.payment_notes import Note, NotePayment
from chalicelib.ports.payments import Checkout, Order
from chalicelib.ports.records import Change, Record, Write
from chalicelib.services.billing.returns import Returns
from chalicelib.services.billing.settling import PAYABLE, TRIES, settle
from chalicelib.services.tools import Tools

LEAST_LEFT = 600
"""Seconds that a checkout has to stay open for, so that there is time to pay."""
CUSTOMER = "customer"


def begin_payment(tools: Tools, invoice: Record, returns: Returns, *, actor: str) -> Checkout:
    """Return the checkout at which an invoice is paid: the open one, or another.

    Raises `Conflict` when it cannot be paid, or its payment is under way already.
    """
    _refuse_unpayable(invoice)
    known = _known(tools, invoice)
    if known is not None and _is_good(tools, invoice, known, returns):
        return known
    _end(tools, known)
    return _open(tools, invoice, returns, actor=actor)


def end_payment(tools: Tools, invoice: Record) -> None:
    """End the checkout of an invoice that is not to be paid any more.

    Raises `Conflict` when it is paid, or may be.
    """
    _end(tools, _known(tools, invoice))


def _end(tools: Tools, known: Checkout | None) -> None:
    if known is not None and known.status == "open":
        known = tools.payments().expire(known.id)
    if known is not None and known.status == "complete":
        _refuse_payment_under_way(tools, known)


def _refuse_unpayable(invoice: Record) -> None:
    if invoice.status == "draft":
        detail = "It is a draft until its month is over; it can be paid then."
        raise Conflict(detail, code="invoice_draft")
    if invoice.status == "paid":
        raise _paid_already()
    if invoice.status not in PAYABLE:
        raise Conflict(f"An invoice that is {invoice.status} is not paid.", code="wrong_state")
    if not invoice.attributes.get("total_cents"):
        raise BadRequest("There is nothing to pay.", code="no_amount")


def _paid_already() -> Conflict:
    return Conflict("It is paid already.", code="invoice_paid")


def _known(tools: Tools, invoice: Record) -> Checkout | None:
    """The checkout that was opened last, as it is now."""
    session = invoice.attributes.get("stripe_session_id")
    try:
        return tools.payments().look(session) if session else None
    except Gone:
        return None


def _is_good(tools: Tools, invoice: Record, known: Checkout, returns: Returns) -> bool:
    """Whether a checkout can still be paid, and is for what is owed and led back from as asked."""
    return (
        invoice.status == "pending"
        and known.status == "open"
        and known.expires_at - clock.moment_of(tools.now()).timestamp() >= LEAST_LEFT
        and (known.cents, known.currency) == _owed(invoice)
        and invoice.attributes.get("checkout_returns") == [returns.success, returns.cancel]
    )


def _owed(invoice: Record) -> tuple[int, str]:
    return int(invoice.attributes["total_cents"]), str(invoice.attributes["currency"]).upper()


def _refuse_payment_under_way(tools: Tools, known: Checkout) -> None:
    """Take what was paid; raise `Conflict` unless the money is known not to come."""
    if known.is_paid:
        settle(tools, known)
        raise _paid_already()
    if tools.payments().payment(known.payment).is_under_way:
        detail = "A payment of it is under way; the bank has not answered yet."
        raise Conflict(detail, code="payment_under_way")


def _open(tools: Tools, invoice: Record, returns: Returns, *, actor: str) -> Checkout:
    """Open a checkout and write it down; of two at once, that ask for the same, there is one.

    A number whose checkout was never written down, and is over by now, is passed over. What is
    written of the invoice meanwhile does not matter while the same is owed.
    """
    number = int(invoice.attributes.get("checkout_number", 0)) + 1
    while (checkout := _ordered(tools, invoice, returns, number)).status != "open":
        if checkout.status == "complete":
            _refuse_payment_under_way(tools, checkout)
        number += 1
    opened = {"checkout_number": number, "checkout_returns": [returns.success, returns.cancel]}
    lost: Stale | None = None
    for _ in range(TRIES):
        try:
            tools.records().commit(*_written(tools, invoice, checkout, opened, actor))
        except Stale as error:
            lost = error
            before, now = invoice, tools.records().get(invoice.id)
            if now is not None and now.attributes.get("stripe_session_id") == checkout.id:
                return checkout
            if now is None or not _is_same_debt(before, now):
                break
            invoice = now
        else:
            return checkout
    tools.payments().expire(checkout.id)
    detail = "It changed meanwhile; look at it again and repeat what is still wanted."
    raise Conflict(detail, code="stale") from lost


def _is_same_debt(before: Record, now: Record) -> bool:
    """Whether the same is owed still, and nobody has opened another checkout for it.

    Whoever demands the version that was read wants it of no other.
    """
    session = now.attributes.get("stripe_session_id")
    return (
        not before.pinned
        and now.status in PAYABLE
        and _owed(now) == _owed(before)
        and session in {None, before.attributes.get("stripe_session_id")}
    )


def _written(
    tools: Tools, invoice: Record, checkout: Checkout, opened: dict[str, Any], actor: str
) -> Iterator[Write]:
    """The writes that make a checkout the invoice's own."""
    led = {"stripe_session_id": checkout.id, "stripe_payment_url": checkout.url}
    yield Change(
        of=invoice,
        status="pending",
        attributes={**led, **opened},
        if_status=PAYABLE,
        if_version=invoice.version,
    )
    yield tools.told(invoice, "payment_begun", actor, checkout=checkout.id)


def _ordered(tools: Tools, invoice: Record, returns: Returns, number: int) -> Checkout:
    """Order a checkout under a key of its own: whoever repeats this gets the same one.

    A refused key is refused for a day, so that the next try after an outage has another number.
    """
    cents, currency = _owed(invoice)
    order = Order(
        installation=tools.settings().installation,
        invoice=invoice.id,
        name=str(invoice.attributes.get("title") or f"Hoster Invoice {invoice.id}"),
        cents=cents,
        currency=currency,
        customer="",
        success_url=returns.success,
        cancel_url=returns.cancel,
    )
    try:
        customer = _customer(tools, invoice.owner)
        try:
            return _asked(tools, replace(order, customer=customer), number)
        except Gone:
            customer = _customer(tools, invoice.owner, lost=customer)
            return _asked(tools, replace(order, customer=customer), number)
    except ProviderUnavailable:
        tools.records().change(Change(of=invoice, attributes={"checkout_number": number}))
        raise


def _asked(tools: Tools, order: Order, number: int) -> Checkout:
    epoch = tools.settings().epoch
    key = f"{order.installation}-e{epoch}-{order.invoice}-{number}-{_digest(repr(order))}"
    return tools.payments().open_checkout(order, key=key)


def _customer(tools: Tools, account: str, *, lost: str = "") -> str:
    """The customer that stands for an account, made once; another one in place of a lost one."""
    before = tools.payment_notes().of(account, CUSTOMER)
    if before is not None and before.what != lost:
        return before.what
    installation = tools.settings().installation
    key = f"{installation}-customer-{account}{f'-{_digest(lost)}' if lost else ''}"
    made = tools.payments().create_customer(account, key=key)
    note = Note(account, CUSTOMER, made, 0, tools.now())
    try:
        tools.records().commit(NotePayment(note, before))
    except Taken:
        other = tools.payment_notes().of(account, CUSTOMER)
        return other.what if other else made
    return made


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
