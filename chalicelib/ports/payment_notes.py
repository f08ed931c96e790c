"""What was seen of payments, so that whatever is told twice, late or out of order counts once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Note:
    """What is known of one thing at whoever takes payments."""

    subject: str
    """The invoice that it belongs to, or the account."""
    id: str
    """The thing's id there: a checkout, a charge, a dispute; `customer` for an account's own."""
    what: str
    """What became of it; of a customer, its id."""
    cents: int
    at: str
    """RFC 3339 UTC."""


@dataclass(frozen=True)
class NotePayment:
    """Note something, on condition that what was noted of it before still is so."""

    note: Note
    before: Note | None = None


class PaymentNotes(Protocol):
    """The reading side; notes are taken by `NotePayment`, a write of the store."""

    def of(self, subject: str, thing: str) -> Note | None:
        """Read consistently what is noted of a thing; None for nothing."""

    def about(self, subject: str) -> tuple[Note, ...]:
        """Read everything that is noted of an invoice or an account, in one query."""
