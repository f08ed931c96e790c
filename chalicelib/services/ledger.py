"""What happens to money, as transactions of the ledger: each a write for the store's commit.

Every transaction has an id that follows from what it tells, so that telling it twice is refused
(`Taken`) and changes nothing. What is given back, or given away, is the platform's: creators keep
what they earned.
"""

from __future__ import annotations

from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.billing.earnings import shares_of
from chalicelib.domain.billing.invoice import Item, earned_cents
from chalicelib.domain.billing.month import Month
from chalicelib.ports.ledger import (
    PLATFORM,
    PROCESSOR,
    Enter,
    Entry,
    EntryKind,
    creator,
    customer,
)
from chalicelib.ports.records import Record
from chalicelib.services.tools import Tools


def closed(invoice: Record, month: Month, items: list[Item], basis_points: int) -> Enter | None:
    """What the end of a month tells: the customer owes, creators earn, the platform has its fee.

    Carried over lines and credits were told before. None where nothing is owed or earned anew.
    """
    owed = earned_cents(items)
    shares = {name: share for name, share in shares_of(items, basis_points).items() if share.cents}
    if not owed and not any(share.earned for share in shares.values()):
        return None
    debtor, kept = customer(invoice.owner), owed
    entries = [Entry(debtor, PLATFORM, owed)]
    for name, share in sorted(shares.items()):
        made_of = {"month": str(month), "fee": share.fee, "templates": share.templates}
        entries.append(Entry(creator(name), debtor, -share.earned, made_of))
        kept -= share.earned
    entries.append(Entry(PLATFORM, debtor, -kept))
    at, told = clock.text_at(month.until), tuple(entry for entry in entries if entry.cents)
    return Enter(f"close_{invoice.id}", "invoice_closed", invoice.id, at, told)


def paid(invoice: Record, *, payment: str, cents: int, at: str) -> Enter:
    """A customer's payment has come in. `payment` is its id at the processor."""
    debtor = customer(invoice.owner)
    return _moved("payment", payment, cents, about=invoice.id, at=at, to=PROCESSOR, by=debtor)


def overpaid(invoice: Record, *, payment: str, cents: int, at: str) -> Enter:
    """A payment came in for what is paid already: the next invoice has it as a credit."""
    debtor = customer(invoice.owner)
    return _moved("credit", payment, cents, about=invoice.id, at=at, to=PROCESSOR, by=debtor)


def refunded(
    invoice: Record, *, refund: str, cents: int, at: str, of_credit: bool = False
) -> Enter:
    """Money went back to a customer; `of_credit` what was credited since it was paid twice."""
    bearer = customer(invoice.owner) if of_credit else PLATFORM
    return _moved("refund", refund, cents, about=invoice.id, at=at, to=bearer, by=PROCESSOR)


def credited(invoice: Record, *, credit: str, cents: int, at: str) -> Enter:
    """A customer owes less: the invoice of the month in which this is told has it as a line."""
    debtor = customer(invoice.owner)
    return _moved("credit", credit, cents, about=invoice.id, at=at, to=PLATFORM, by=debtor)


def disputed(invoice: Record, *, dispute: str, cents: int, at: str) -> Enter:
    """The processor took a payment back, since its customer's bank asks for it: it is owed anew."""
    debtor = customer(invoice.owner)
    return _moved("dispute", dispute, cents, about=invoice.id, at=at, to=debtor, by=PROCESSOR)


def dispute_won(invoice: Record, *, dispute: str, cents: int, at: str) -> Enter:
    """The processor gave back what it took for a dispute."""
    debtor = customer(invoice.owner)
    return _moved("dispute_won", dispute, cents, about=invoice.id, at=at, to=PROCESSOR, by=debtor)


def paid_out(account: str, *, payout: str, cents: int, at: str) -> Enter:
    """A creator was paid what it had earned."""
    earner = creator(account)
    return _moved("payout", payout, cents, about=earner, at=at, to=earner, by=PROCESSOR)


def entries_about(tools: Tools, invoice: Record) -> list[dict[str, Any]]:
    """What the ledger has about an invoice, for its customer: each transaction and its amount."""
    amounts: dict[str, dict[str, Any]] = {}
    for one in tools.ledger().about(invoice.id):
        told = {"transaction": one.transaction, "kind": one.kind, "at": one.at, "cents": 0}
        known = amounts.setdefault(one.transaction, told)
        known["cents"] += max(0, one.cents)
    return list(amounts.values())


def _moved(
    kind: EntryKind, what: str, cents: int, *, about: str, at: str, to: str, by: str
) -> Enter:
    """A transaction of two accounts. Raises `ValueError` for an amount that is none."""
    if cents <= 0:
        raise ValueError(f"{what} is about {cents} cents.")
    entries = (Entry(to, by, cents), Entry(by, to, -cents))
    return Enter(f"{kind}_{what}", kind, about, at, entries)
