"""What of a creator's earnings customers have paid: that alone can be paid out.

A share counts once its invoice is paid, or the one that it was carried over to; of what went back
or is disputed it loses its part. What corrections take from a creator counts at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.ports.ledger import Entered
from chalicelib.ports.records import Record
from chalicelib.services.taking_back import GIVEN_BACK
from chalicelib.services.tools import Tools

AT_ONCE = 100
"""Invoices that are read together."""


@dataclass(frozen=True)
class Received:
    """How much of an invoice was paid and is held, or which other one has it as a line."""

    cents: int
    of: int
    carried_to: str | None


NOTHING = Received(0, 1, None)


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
        found = _followed(received, invoice)
        available += earned * found.cents // found.of
    return available


def _received(tools: Tools, invoices: list[str]) -> dict[str, Received]:
    """What is received of invoices, and of those that they were carried over to."""
    known: dict[str, Received] = {}
    while invoices:
        for ids in _in_parts(invoices):
            found = tools.records().get_many(ids)
            known |= {name: _of(found[name]) if name in found else NOTHING for name in ids}
        following = {one.carried_to for one in known.values() if one.carried_to}
        invoices = sorted(following - known.keys())
    return known


def _in_parts(ids: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for place in range(0, len(ids), AT_ONCE):
        yield tuple(ids[place : place + AT_ONCE])


def _of(invoice: Record) -> Received:
    if invoice.status != "paid":
        return Received(0, 1, invoice.attributes.get("carried_to"))
    total = int(invoice.attributes["total_cents"])
    left = total - int(invoice.attributes.get(GIVEN_BACK, 0))
    return Received(max(left, 0), total, None)


def _followed(received: dict[str, Received], invoice: str) -> Received:
    found = received[invoice]
    while found.carried_to:
        found = received[found.carried_to]
    return found
