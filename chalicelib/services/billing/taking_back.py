"""Money that goes back after it came: refunds and disputes, shown on the invoice as entries."""

from __future__ import annotations

from chalicelib.domain.errors import Contended, Gone, Stale, Taken
from chalicelib.ports.ledger import Enter
from chalicelib.ports.payment_notes import Note, NotePayment
from chalicelib.ports.payments import DisputeTold, RefundTold
from chalicelib.ports.records import Change, Record, Write
from chalicelib.services.billing import ledger
from chalicelib.services.billing.settling import SYSTEM, TRIES, Outcome, invoice_of, settle
from chalicelib.services.plans import subscriptions
from chalicelib.services.tools import Tools

GIVEN_BACK = "given_back_cents"
"""The attribute of an invoice that tells how much of its payment went back or is disputed."""
DISPUTES = {"open": "dispute_open", "won": "dispute_won", "lost": "dispute_lost"}
"""What is told of a dispute, by how it stands."""


def take_back(tools: Tools, told: RefundTold | DisputeTold) -> Outcome:
    """Enter what was given back or is disputed; the invoice's state stays."""
    try:
        payment = tools.payments().payment(told.payment)
    except Gone:
        return "foreign"
    if payment.installation != tools.settings().installation:
        return "foreign"
    for _ in range(TRIES):
        invoice = invoice_of(tools, payment.installation, payment.invoice)
        came = _came(tools, invoice, told.payment) if invoice else None
        if invoice is None or came is None:
            return "unknown"
        try:
            if isinstance(told, RefundTold):
                return _refunded(tools, invoice, came, told)
            return _disputed(tools, invoice, came, told)
        except (Stale, Taken):
            continue
    raise Contended("Too much is told of this payment at once; nothing was written. Try again.")


def _came(tools: Tools, invoice: Record, payment: str) -> Note | None:
    """What is noted of a payment; one that was not told yet is taken first.

    None for one that came of no checkout. Raises `Contended`, so that it is told again, where the
    checkout says that nothing was paid.
    """
    note = tools.payment_notes().of(invoice.id, payment)
    if note is None and (checkout := tools.payments().checkout_of(payment)) is not None:
        settle(tools, checkout)
        note = tools.payment_notes().of(invoice.id, payment)
        if note is None:
            raise Contended("The payment that goes back has not come yet. Try again.")
    return note


def _refunded(tools: Tools, invoice: Record, came: Note, told: RefundTold) -> Outcome:
    """Enter what was given back since the last time: what is told is the sum so far."""
    before = tools.payment_notes().of(invoice.id, told.charge)
    cents = told.cents - (before.cents if before else 0)
    fits = _fits(invoice, came, told)
    if cents <= 0:
        return "seen" if fits else "mismatched"
    at, refund = tools.now(), f"{told.charge}_{told.cents}"
    of_credit = came.what == "overpaid"
    entered = ledger.refunded(invoice, refund=refund, cents=cents, at=at, of_credit=of_credit)
    tools.records().commit(
        NotePayment(Note(invoice.id, told.charge, "refunded", told.cents, at), before),
        *(_moved(tools, invoice, came, cents, entered) if fits else ()),
        tools.told(
            invoice, "payment_refunded", SYSTEM, cents=cents, currency=told.currency, refund=refund
        ),
    )
    return "settled" if fits else "mismatched"


def _disputed(tools: Tools, invoice: Record, came: Note, told: DisputeTold) -> Outcome:
    """Enter what a dispute takes, and who has it once it is decided.

    A dispute that has ended stays so, whatever is told late; an inquiry takes nothing.
    """
    before, fits = tools.payment_notes().of(invoice.id, told.dispute), _fits(invoice, came, told)
    if before is not None and (before.what == told.state or before.what != "open"):
        return "seen" if fits else "mismatched"
    at, held = tools.now(), before.cents if before else 0
    taken = held or (told.cents if told.withdrawn else 0)
    gone, entered = taken - held, list[Enter]()
    if gone:
        entered.append(ledger.disputed(invoice, dispute=told.dispute, cents=gone, at=at))
    if taken and told.state == "lost":
        entered.append(ledger.dispute_lost(invoice, dispute=told.dispute, cents=taken, at=at))
    if taken and told.state == "won":
        entered.append(ledger.dispute_won(invoice, dispute=told.dispute, cents=taken, at=at))
        gone -= taken
    tools.records().commit(
        NotePayment(Note(invoice.id, told.dispute, told.state, taken, at), before),
        *(_moved(tools, invoice, came, gone, *entered) if fits else ()),
        tools.told(
            invoice,
            DISPUTES[told.state],
            SYSTEM,
            cents=told.cents,
            currency=told.currency,
            dispute=told.dispute,
        ),
    )
    return "settled" if fits else "mismatched"


def _fits(invoice: Record, came: Note, told: RefundTold | DisputeTold) -> bool:
    """Whether no more is to go back than came, in the same currency.

    What goes back of a payment that did not fit itself is compared with nothing.
    """
    currency = str(invoice.attributes["currency"]).upper()
    same = told.currency == currency and told.cents <= came.cents
    return same or came.what == "mismatched"


def _moved(
    tools: Tools, invoice: Record, came: Note, cents: int, *entered: Enter
) -> tuple[Write, ...]:
    """The entries; and the invoice tells how much of what it was paid with went back.

    What goes back of a payment that did not fit was never entered, and is not now.
    """
    if came.what == "mismatched":
        return ()
    if came.what != "paid" or not cents:
        return entered
    back = int(invoice.attributes.get(GIVEN_BACK, 0)) + cents
    change = Change(of=invoice, attributes={GIVEN_BACK: back}, if_version=invoice.version)
    return (*entered, change, *subscriptions.given_back(tools, invoice, cents))
