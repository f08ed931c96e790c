"""What the platform's operator enters into the ledger: credits, refunds and payouts.

Nothing is ever edited. The operator's own reference makes the transaction's id, so that the same
thing is entered once however often it is asked for.
"""

from __future__ import annotations

from typing import Literal

from chalicelib.domain.errors import Conflict, NotFound, Taken
from chalicelib.ports.ledger import PROCESSOR, Enter, creator
from chalicelib.ports.records import Record
from chalicelib.services import ledger
from chalicelib.services.tools import Tools

ByHand = Literal["credit", "refund", "payout"]
OPERATOR = "operator"


def enter(tools: Tools, kind: ByHand, subject: str, *, cents: int, reference: str) -> bool:
    """Enter a credit or refund about an invoice, or a payout to a creator.

    Returns whether it was entered now, and not before. Raises `Conflict` for more than was paid
    for the invoice, or than the creator has earned, for a draft, and for a reference that was
    used with another amount.
    """
    if kind == "payout":
        return _entered(tools, _payout(tools, subject, cents, reference))
    invoice = _closed(tools, subject)
    write = _credit_or_refund(tools, kind, invoice, cents, reference)
    return _entered(tools, write, invoice)


def _closed(tools: Tools, invoice_id: str) -> Record:
    invoice = tools.records().get(invoice_id)
    if invoice is None or invoice.type != "invoices":
        raise NotFound(f"There is no invoice {invoice_id}.")
    if invoice.status == "draft":
        raise Conflict("Its month is not closed yet.", code="wrong_state")
    return invoice


def _credit_or_refund(
    tools: Tools, kind: ByHand, invoice: Record, cents: int, reference: str
) -> Enter:
    now = tools.now()
    if kind == "credit":
        return ledger.credited(invoice, credit=reference, cents=cents, at=now)
    write = ledger.refunded(invoice, refund=reference, cents=cents, at=now)
    told = tools.ledger().about(invoice.id)
    others = (one for one in told if one.transaction != write.transaction)
    _refuse_beyond(cents, sum(one.cents for one in others if one.account == PROCESSOR))
    return write


def _payout(tools: Tools, account: str, cents: int, reference: str) -> Enter:
    write = ledger.paid_out(account, payout=reference, cents=cents, at=tools.now())
    told = tools.ledger().of_account(creator(account))
    _refuse_beyond(cents, -sum(o.cents for o in told if o.transaction != write.transaction))
    return write


def _refuse_beyond(cents: int, most: int) -> None:
    if cents > most:
        raise Conflict(f"There are {max(0, most)} cents for it at most.", code="too_much")


def _entered(tools: Tools, write: Enter, invoice: Record | None = None) -> bool:
    """Write a transaction, and tell it in the trail of the invoice that it is about."""
    what = {"kind": write.kind, "cents": max(entry.cents for entry in write.entries)}
    told = (tools.told(invoice, "money_entered", OPERATOR, **what),) if invoice else ()
    try:
        tools.records().commit(write, *told)
    except Taken:
        _refuse_another_amount(tools, write)
        return False
    return True


def _refuse_another_amount(tools: Tools, write: Enter) -> None:
    told = tools.ledger().about(write.about)
    entered = max(one.cents for one in told if one.transaction == write.transaction)
    if entered != max(entry.cents for entry in write.entries):
        detail = f"{write.transaction} was entered with {entered} cents."
        raise Conflict(detail, code="reference_used")
