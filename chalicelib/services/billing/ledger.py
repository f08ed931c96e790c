"""What happens to money, as transactions of the ledger: each a write for the store's commit.

Every transaction has an id that follows from what it tells, so that telling it twice is refused
(`Taken`) and changes nothing. What is given back, or given away, is the platform's: creators keep
what they earned.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.billing.earnings import shares_of
from chalicelib.domain.billing.invoice import Item, earned_cents
from chalicelib.domain.billing.month import Month
from chalicelib.ports.ledger import (
    DISPUTED,
    PLATFORM,
    PROCESSOR,
    Enter,
    Entered,
    Entry,
    EntryKind,
    creator,
    customer,
)
from chalicelib.ports.records import Record
from chalicelib.services.tools import Tools

AT_ONCE = 50
"""Creators in one transaction: with what else is written, DynamoDB takes a hundred operations."""


def closed(
    invoice: Record, month: Month, items: list[Item], basis_points: int
) -> tuple[Enter, ...]:
    """What the end of a month tells: the customer owes, creators earn, the platform has its fee.

    Carried over lines and credits were told before. Nothing where nothing is owed or earned anew.
    The first transaction has all that is owed; of more than `AT_ONCE` creators, the platform has
    the shares of the others at first, and passes them on in further ones.
    """
    owed, debtor = earned_cents(items), customer(invoice.owner)
    shares = sorted(shares_of(items, basis_points).items())
    # What cancels itself out over two templates is told all the same, by template.
    earned = [
        (name, share)
        for name, share in shares
        if any(of["cents"] for of in share.templates.values())
    ]
    if not owed and not earned:
        return ()
    at, told = clock.text_at(month.until), []
    for place in range(0, max(len(earned), 1), AT_ONCE):
        by, begun = (PLATFORM, 0) if place else (debtor, owed)
        entries, kept = [Entry(debtor, PLATFORM, begun)], begun
        for name, share in earned[place : place + AT_ONCE]:
            made_of = {"month": str(month), "fee": share.fee, "templates": share.templates}
            entries.append(Entry(creator(name), by, -share.earned, made_of))
            kept -= share.earned
        entries.append(Entry(PLATFORM, debtor, -kept))
        name = f"close_{invoice.id}" + (f"_{place // AT_ONCE + 1}" if place else "")
        moved = tuple(entry for entry in entries if entry.cents or entry.data)
        told.append(Enter(name, "invoice_closed", invoice.id, at, moved))
    return tuple(told)


def further_shares(tools: Tools, invoice: Record, items: list[Item]) -> Iterator[Enter]:
    """What was not entered yet of the shares that did not go with an invoice's closing."""
    points = invoice.attributes.get("fee_basis_points")
    if points is None:
        return
    month = Month.of(invoice.attributes["month"])
    further = closed(invoice, month, items, int(points))[1:]
    if further:
        known = {one.transaction for one in tools.ledger().about(invoice.id)}
        yield from (write for write in further if write.transaction not in known)


def paid(invoice: Record, *, payment: str, cents: int, at: str) -> Enter:
    """A customer's payment has come in. `payment` is its id at the processor."""
    debtor = customer(invoice.owner)
    return _moved("payment", payment, cents, about=invoice.id, at=at, to=PROCESSOR, by=debtor)


def plan_bought(invoice: Record, *, cents: int, at: str) -> Enter:
    """A customer owes for a plan, which is the platform's alone; the payment comes with it."""
    debtor = customer(invoice.owner)
    return _moved("plan", invoice.id, cents, about=invoice.id, at=at, to=debtor, by=PLATFORM)


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
    """The processor took a payment back until the payer's bank has decided."""
    return _moved("dispute", dispute, cents, about=invoice.id, at=at, to=DISPUTED, by=PROCESSOR)


def dispute_won(invoice: Record, *, dispute: str, cents: int, at: str) -> Enter:
    """The processor gave back what it took for a dispute."""
    return _moved("dispute_won", dispute, cents, about=invoice.id, at=at, to=PROCESSOR, by=DISPUTED)


def dispute_lost(invoice: Record, *, dispute: str, cents: int, at: str) -> Enter:
    """The payer has the money back: it is owed anew, or is a credit no more."""
    debtor = customer(invoice.owner)
    return _moved("dispute_lost", dispute, cents, about=invoice.id, at=at, to=debtor, by=DISPUTED)


def paid_out(account: str, *, payout: str, cents: int, at: str) -> Enter:
    """A creator was paid what it had earned."""
    earner = creator(account)
    return _moved("payout", payout, cents, about=earner, at=at, to=earner, by=PROCESSOR)


def entries_about(tools: Tools, invoice: Record) -> list[dict[str, Any]]:
    """What the ledger has about an invoice, for its customer: each transaction and its amount.

    That is what the customer's account or, where it is none of it, what the processor moved; what
    creators and the platform have to do with each other is not told.
    """
    told, found = tools.ledger().about(invoice.id), dict[str, Entered]()
    for account in (PROCESSOR, customer(invoice.owner)):
        found |= {one.transaction: one for one in told if one.account == account}
    return [
        {
            "transaction": one.transaction,
            "kind": one.kind,
            "at": one.at,
            "cents": one.cents if one.kind == "invoice_closed" else abs(one.cents),
        }
        for one in sorted(found.values(), key=lambda one: (one.at, one.transaction))
    ]


def _moved(
    kind: EntryKind, what: str, cents: int, *, about: str, at: str, to: str, by: str
) -> Enter:
    """A transaction of two accounts. Raises `ValueError` for an amount that is none."""
    if cents <= 0:
        raise ValueError(f"{what} is about {cents} cents.")
    entries = (Entry(to, by, cents), Entry(by, to, -cents))
    return Enter(f"{kind}_{what}", kind, about, at, entries)
