"""What the platform's operator enters into the ledger: credits and payouts; refunds are refused.

Nothing is ever edited. The operator's own reference makes the transaction's id, so that the same
thing is entered once however often it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from chalicelib.domain.errors import Conflict, Contended, NotFound, Taken
from chalicelib.domain.events import OPERATOR
from chalicelib.ports.ledger import Enter, creator
from chalicelib.ports.payment_notes import Note, NotePayment
from chalicelib.ports.records import Record, Write
from chalicelib.services.billing import ledger
from chalicelib.services.billing.received import available_cents
from chalicelib.services.tools import Tools

ByHand = Literal["credit", "refund", "payout"]
PAYOUT = "payout"
"""Under which a creator's last payout is noted."""


def enter(tools: Tools, kind: ByHand, subject: str, *, cents: int, reference: str) -> bool:
    """Enter a credit about an invoice, or a payout to a creator.

    Returns whether it was entered now, and not before. Raises `Conflict` for a payout of more than
    customers have paid, for a draft, for a reference that was used with another amount, and for a
    refund: that is made where it was paid, and enters itself once it is told.
    """
    if kind == "refund":
        detail = "Refund it at Stripe, where it was paid: what goes back there enters itself."
        raise Conflict(detail, code="refund_at_stripe")
    if kind == "payout":
        return _entered(tools, *_payout(tools, subject, cents, reference))
    invoice = _closed(tools, subject)
    write = ledger.credited(invoice, credit=reference, cents=cents, at=tools.now())
    return _entered(tools, write, *_told(tools, write, invoice))


def _closed(tools: Tools, invoice_id: str) -> Record:
    invoice = tools.records().get(invoice_id)
    if invoice is None or invoice.type != "invoices":
        raise NotFound(f"There is no invoice {invoice_id}.")
    if invoice.status == "draft":
        raise Conflict("Its month is not closed yet.", code="wrong_state")
    return invoice


def _payout(tools: Tools, account: str, cents: int, reference: str) -> tuple[Enter, NotePayment]:
    """A payout, on condition that there was no other one since it was looked at what there is."""
    before = tools.payment_notes().of(creator(account), PAYOUT)
    write = ledger.paid_out(account, payout=reference, cents=cents, at=tools.now())
    told = tools.ledger().of_account(creator(account))
    others = [one for one in told if one.transaction != write.transaction]
    most = available_cents(tools, others)
    if cents > most:
        raise Conflict(f"There are {max(0, most)} cents for it at most.", code="too_much")
    last = Note(creator(account), PAYOUT, write.transaction, cents, write.at)
    return write, NotePayment(last, before)


def _told(tools: Tools, write: Enter, invoice: Record) -> Iterator[Write]:
    """What the trail of the invoice tells of a transaction about it."""
    what = {"kind": write.kind, "cents": max(entry.cents for entry in write.entries)}
    yield tools.told(invoice, "money_entered", OPERATOR, **what)


def _entered(tools: Tools, write: Enter, *others: Write) -> bool:
    """Write a transaction; returns whether it was written now, and not before."""
    try:
        tools.records().commit(write, *others)
    except Taken:
        _refuse_another_amount(tools, write)
        return False
    return True


def _refuse_another_amount(tools: Tools, write: Enter) -> None:
    told = tools.ledger().about(write.about)
    entered = max((one.cents for one in told if one.transaction == write.transaction), default=0)
    if not entered:
        raise Contended("Another payout was entered at this moment. Look at what is left; repeat.")
    if entered != max(entry.cents for entry in write.entries):
        detail = f"{write.transaction} was entered with {entered} cents."
        raise Conflict(detail, code="reference_used")
