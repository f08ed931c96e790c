"""What of a creator's earnings customers have paid: that alone can be paid out.

A share counts once its invoice is paid, or the one that it was carried over to; of what went back
or is disputed it loses its part, until the invoice is paid that has a lost dispute as a line. What
corrections take from a creator counts at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.domain import clock
from chalicelib.domain.billing.invoice import invoice_id
from chalicelib.domain.billing.month import Month
from chalicelib.ports.ledger import Entered, customer
from chalicelib.ports.records import Record
from chalicelib.services.billing.taking_back import GIVEN_BACK
from chalicelib.services.tools import Tools

AT_ONCE = 100
"""Invoices that are read together."""


@dataclass(frozen=True)
class Received:
    """How much of an invoice was paid and is held, or which other one has it as a line."""

    cents: int
    of: int
    carried_to: str | None = None
    again: tuple[tuple[str, int], ...] = ()
    """Invoices on which what a bank took back is owed anew, and how much of it."""

    @property
    def others(self) -> set[str]:
        """The invoices that say what else came of it."""
        return {*filter(None, (self.carried_to,)), *(invoice for invoice, _ in self.again)}


NOTHING = Received(0, 1)


def available_cents(tools: Tools, entries: Iterable[Entered]) -> int:
    """What of a creator's entries was received, less what was paid out; below zero if too much."""
    shares: Counter[str] = Counter()
    available = 0
    for entry in entries:
        if entry.kind == "invoice_closed" and entry.cents < 0:
            shares[entry.about] -= entry.cents
        else:
            available -= entry.cents
    received = _received(tools, list(shares))
    for invoice, earned in shares.items():
        cents, of = _followed(received, invoice)
        available += earned * cents // of
    return available


def _received(tools: Tools, invoices: list[str]) -> dict[str, Received]:
    """What is received of invoices, and of those that have a part of them as a line."""
    known: dict[str, Received] = {}
    while invoices:
        for ids in _in_parts(invoices):
            found = tools.records().get_many(ids)
            known |= {name: _of(tools, found[name]) if name in found else NOTHING for name in ids}
        following = {other for one in known.values() for other in one.others}
        invoices = sorted(following - known.keys())
    return known


def _in_parts(ids: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for place in range(0, len(ids), AT_ONCE):
        yield tuple(ids[place : place + AT_ONCE])


def _of(tools: Tools, invoice: Record) -> Received:
    if invoice.status != "paid":
        return Received(0, 1, invoice.attributes.get("carried_to"))
    total = int(invoice.attributes["total_cents"])
    back = int(invoice.attributes.get(GIVEN_BACK, 0))
    again = tuple(_owed_anew(tools, invoice)) if back > 0 else ()
    return Received(max(total - back, 0), total, again=again)


def _owed_anew(tools: Tools, invoice: Record) -> Iterator[tuple[str, int]]:
    """The invoices of the months in which disputes of an invoice were lost."""
    debtor = customer(invoice.owner)
    for entry in tools.ledger().about(invoice.id):
        if entry.kind == "dispute_lost" and entry.account == debtor:
            month = Month.at(clock.seconds_of(entry.at))
            yield invoice_id(invoice.owner, month), entry.cents


def _followed(received: dict[str, Received], invoice: str) -> tuple[int, int]:
    """How much of an invoice came in the end, and of how much; never more than that."""
    found = received[invoice]
    if found.carried_to:
        return _followed(received, found.carried_to)
    cents = found.cents
    for other, owed in found.again:
        came, of = _followed(received, other)
        cents += owed * came // of
    return min(cents, found.of), found.of
