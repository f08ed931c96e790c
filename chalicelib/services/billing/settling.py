"""What comes of a payment: the invoice is paid once, and no money that came is lost.

Whatever is told is held against the invoice and against what was noted before, in the transaction
that writes it down, so that it may come twice, late, or in any order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from chalicelib.domain.errors import Contended, Gone, NotFound, Stale, Taken
from chalicelib.ports.payment_notes import Note, NotePayment
from chalicelib.ports.payments import Checkout
from chalicelib.ports.records import Change, Count, Record, Write
from chalicelib.services.billing import ledger
from chalicelib.services.counters import total_key
from chalicelib.services.plans import plan_changes, subscriptions
from chalicelib.services.tools import Tools

PAYABLE = subscriptions.PAYABLE
SYSTEM = "hoster"
TRIES = 4
Outcome = Literal[
    "settled", "seen", "waiting", "failed", "over", "foreign", "mismatched", "overpaid", "unknown"
]
"""What came of it. Of the last three somebody has to hear: money came that pays no invoice."""
BEFORE: dict[str, Outcome] = {"mismatched": "mismatched", "overpaid": "overpaid"}
"""What is in doubt stays so, however often it is told."""
IN_DOUBT = frozenset({"mismatched", "overpaid", "unknown"})
NO_CHECKOUT = {"stripe_session_id": None, "stripe_payment_url": None}


def invoice_of(tools: Tools, installation: str, invoice_id: str) -> Record | None:
    """The invoice that something is told of; None where it is none of this installation's."""
    if installation != tools.settings().installation or not invoice_id:
        return None
    record = tools.records().get(invoice_id)
    return record if record is not None and record.type == "invoices" else None


def verified(tools: Tools, checkout_id: str, account: str) -> tuple[Record, Outcome]:
    """Look up how a checkout ended, take it, and return the invoice as it is then.

    Raises `NotFound` unless the checkout is known and its invoice is the account's.
    """
    nothing = NotFound("There is no invoice of yours that this checkout is for.")
    try:
        checkout = tools.payments().look(checkout_id)
    except Gone:
        raise nothing from None
    invoice = invoice_of(tools, checkout.installation, checkout.invoice)
    if invoice is None or invoice.owner != account:
        raise nothing
    outcome = settle(tools, checkout)
    return tools.records().get(invoice.id) or invoice, outcome


def is_being_paid(tools: Tools, invoice: Record) -> bool:
    """Look up whether the money of an invoice has come or is on its way; what came is taken."""
    session = invoice.attributes.get("stripe_session_id")
    try:
        checkout = tools.payments().look(session) if session else None
    except Gone:
        return False
    if checkout is None or checkout.status != "complete":
        return False
    if checkout.is_paid:
        return settle(tools, checkout) in {"settled", "seen"}
    return tools.payments().payment(checkout.payment).is_under_way


def settle(tools: Tools, checkout: Checkout, *, has_failed: bool = False) -> Outcome:
    """Take what came of a checkout, as it was just looked up."""
    if checkout.installation != tools.settings().installation:
        return "foreign"
    for _ in range(TRIES):
        invoice = invoice_of(tools, checkout.installation, checkout.invoice)
        if invoice is None:
            return "unknown" if checkout.is_paid else "foreign"
        try:
            if checkout.is_paid:
                return _received(tools, invoice, checkout)
            return _not_received(tools, invoice, checkout, has_failed=has_failed)
        except (Stale, Taken):
            continue
    raise Contended("Too much is told of this invoice at once; nothing was written. Try again.")


def _received(tools: Tools, invoice: Record, checkout: Checkout) -> Outcome:
    """Enter money that came, once."""
    payment = checkout.payment or checkout.id
    note = tools.payment_notes().of(invoice.id, payment)
    if note is not None:
        return BEFORE.get(note.what, "seen")
    at, cents = tools.now(), checkout.cents
    owed = invoice.attributes.get("total_cents"), str(invoice.attributes.get("currency")).upper()
    shown = {"cents": cents, "currency": checkout.currency, "payment": payment}
    if invoice.status in PAYABLE and (cents, checkout.currency) == owed:
        tools.records().commit(
            Change(
                of=_pending(tools, invoice),
                status="paid",
                attributes={
                    "paid_at": at,
                    "stripe_session_id": checkout.id,
                    "stripe_payment_url": None,
                    "due_at": None,
                },
                if_status=("pending",),
            ),
            NotePayment(Note(invoice.id, payment, "paid", cents, at)),
            ledger.paid(invoice, payment=payment, cents=cents, at=at),
            tools.told(invoice, "invoice_paid", SYSTEM, **shown),
            *_bought(tools, invoice, cents, at),
        )
        if subscriptions.is_order(invoice):
            plan_changes.ask(tools, invoice.owner)
        return "settled"
    if checkout.currency != owed[1] or invoice.status in PAYABLE:
        tools.records().commit(
            NotePayment(Note(invoice.id, payment, "mismatched", cents, at)),
            tools.told(invoice, "payment_mismatched", SYSTEM, **shown),
        )
        return "mismatched"
    tools.records().commit(
        NotePayment(Note(invoice.id, payment, "overpaid", cents, at)),
        ledger.overpaid(invoice, payment=payment, cents=cents, at=at),
        tools.told(invoice, "invoice_overpaid", SYSTEM, **shown),
    )
    return "overpaid"


def _bought(tools: Tools, invoice: Record, cents: int, at: str) -> Iterator[Write]:
    """What paying an order does beside: the platform earns it, and the account has its plan."""
    if subscriptions.is_order(invoice):
        yield ledger.plan_bought(invoice, cents=cents, at=at)
        yield from subscriptions.paid(tools, invoice, at)


def _pending(tools: Tools, invoice: Record) -> Record:
    """An invoice whose last payment failed is owed again before it is paid."""
    if invoice.status == "pending":
        return invoice
    return tools.records().change(Change(of=invoice, status="pending", if_status=("failed",)))


def _not_received(
    tools: Tools, invoice: Record, checkout: Checkout, *, has_failed: bool
) -> Outcome:
    """Forget the invoice's checkout once it can bring no money any more."""
    is_current = invoice.attributes.get("stripe_session_id") == checkout.id
    if not (has_failed or checkout.status == "expired"):
        return "waiting"
    if not is_current or invoice.status != "pending":
        return "over"
    if subscriptions.is_order(invoice) and not has_failed:
        told = tools.told(invoice, "checkout_expired", SYSTEM, checkout=checkout.id)
        fewer = Count(total_key(invoice.type, invoice.owner), -1)
        tools.records().commit(subscriptions.removed(invoice), fewer, told)
        return "over"
    change = Change(
        of=invoice,
        status="failed" if has_failed else None,
        attributes=dict(NO_CHECKOUT),
        if_status=("pending",),
        if_version=invoice.version,
    )
    name = "payment_failed" if has_failed else "checkout_expired"
    tools.records().commit(change, tools.told(invoice, name, SYSTEM, checkout=checkout.id))
    return "failed" if has_failed else "over"
