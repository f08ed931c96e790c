"""Money that goes back after it came: refunds and disputes, shown on the invoice as entries."""

from __future__ import annotations

from chalicelib.domain.errors import Contended, Gone, Taken
from chalicelib.ports.ledger import Enter
from chalicelib.ports.payment_notes import Note, NotePayment
from chalicelib.ports.payments import DisputeTold, RefundTold
from chalicelib.ports.records import Record
from chalicelib.services import ledger
from chalicelib.services.settling import SYSTEM, TRIES, Outcome, invoice_of
from chalicelib.services.tools import Tools

DISPUTES = {"open": "dispute_open", "won": "dispute_won", "lost": "dispute_lost"}
"""What is told of a dispute, by how it stands."""


def take_back(tools: Tools, told: RefundTold | DisputeTold) -> Outcome:
    """Enter what was given back or is disputed; the invoice's state stays."""
    try:
        payment = tools.payments().payment(told.payment)
    except Gone:
        return "foreign"
    invoice = invoice_of(tools, payment.installation, payment.invoice)
    if invoice is None:
        ours = payment.installation == tools.settings().installation
        return "unknown" if ours else "foreign"
    for _ in range(TRIES):
        try:
            if isinstance(told, RefundTold):
                return _refunded(tools, invoice, told)
            return _disputed(tools, invoice, told)
        except Taken:
            continue
    raise Contended("Too much is told of this payment at once; nothing was written. Try again.")


def _refunded(tools: Tools, invoice: Record, told: RefundTold) -> Outcome:
    """Enter what was given back since the last time: what is told is the sum so far."""
    before = tools.payment_notes().of(invoice.id, told.charge)
    cents = told.cents - (before.cents if before else 0)
    if cents <= 0:
        return "seen"
    at = tools.now()
    refund = f"{told.charge}_{told.cents}"
    became = _became(tools, invoice, told.payment)
    entered = ledger.refunded(
        invoice, refund=refund, cents=cents, at=at, of_credit=became == "overpaid"
    )
    tools.records().commit(
        NotePayment(Note(invoice.id, told.charge, "refunded", told.cents, at), before),
        *_if_entered(became, entered),
        tools.told(
            invoice, "payment_refunded", SYSTEM, cents=cents, currency=told.currency, refund=refund
        ),
    )
    return "settled"


def _disputed(tools: Tools, invoice: Record, told: DisputeTold) -> Outcome:
    """Enter what a dispute takes, and what is given back when it is won.

    A dispute that has ended stays so, whatever is told late; an inquiry takes nothing.
    """
    before = tools.payment_notes().of(invoice.id, told.dispute)
    if before is not None and (before.what == told.state or before.what != "open"):
        return "seen"
    at, taken = tools.now(), before.cents if before else 0
    entered: list[Enter] = []
    if told.withdrawn and not taken:
        taken = told.cents
        entered.append(ledger.disputed(invoice, dispute=told.dispute, cents=taken, at=at))
    if told.state == "won" and taken:
        entered.append(ledger.dispute_won(invoice, dispute=told.dispute, cents=taken, at=at))
    tools.records().commit(
        NotePayment(Note(invoice.id, told.dispute, told.state, taken, at), before),
        *_if_entered(_became(tools, invoice, told.payment), *entered),
        tools.told(
            invoice,
            DISPUTES[told.state],
            SYSTEM,
            cents=told.cents,
            currency=told.currency,
            dispute=told.dispute,
        ),
    )
    return "settled"


def _became(tools: Tools, invoice: Record, payment: str) -> str:
    """What became of a payment; empty where it was not told yet."""
    note = tools.payment_notes().of(invoice.id, payment)
    return note.what if note else ""


def _if_entered(became: str, *entered: Enter) -> tuple[Enter, ...]:
    """What goes back of a payment that did not fit was never entered, and is not now."""
    return () if became == "mismatched" else entered
