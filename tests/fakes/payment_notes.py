"""Notes of payments in memory, in the store in memory."""

from __future__ import annotations

from chalicelib.ports.payment_notes import Note
from tests.fakes.records import FakeRecords


class FakePaymentNotes:
    """The notes that commits of a store in memory took."""

    def __init__(self, store: FakeRecords) -> None:
        self.store = store

    def of(self, subject: str, thing: str) -> Note | None:
        return self.store.payment_notes.get((subject, thing))

    def about(self, subject: str) -> tuple[Note, ...]:
        found = (note for note in self.store.payment_notes.values() if note.subject == subject)
        return tuple(sorted(found, key=lambda note: note.id))
