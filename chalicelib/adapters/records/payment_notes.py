"""Notes of payments in the table of money: one item for each thing of an invoice or account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chalicelib.adapters.records.operations import Operation
from chalicelib.adapters.records.patience import patient
from chalicelib.adapters.records.tables import Tables
from chalicelib.domain.errors import Taken
from chalicelib.ports.payment_notes import Note, NotePayment


class DynamoPaymentNotes:
    """What was seen of the payments of one installation."""

    def __init__(self, tables: Tables) -> None:
        self.table = tables.payments

    @patient
    def of(self, subject: str, thing: str) -> Note | None:
        """Read one item."""
        try:
            item = self.table.get(_partition(subject), thing, consistent_read=True)
        except self.table.DoesNotExist:
            return None
        return _note(subject, item)

    @patient
    def about(self, subject: str) -> tuple[Note, ...]:
        """Read a partition."""
        found = self.table.query(_partition(subject), consistent_read=True)
        return tuple(_note(subject, item) for item in found)


def note_payment(table: type[Any], write: NotePayment) -> Iterator[Operation]:
    """Put a note in the place of the one before."""
    note, before = write.note, write.before
    unchanged = (
        table.shard.does_not_exist()
        if before is None
        else (table.what == before.what) & (table.cents == before.cents)
    )
    yield Operation(
        "put",
        table(_partition(note.subject), note.id, what=note.what, cents=note.cents, at=note.at),
        condition=unchanged,
        refusal=lambda: Taken(f"{note.id} is noted already."),
    )


def _note(subject: str, item: Any) -> Note:
    return Note(subject, item.sort, item.what, int(item.cents), item.at)


def _partition(subject: str) -> str:
    return f"payments#{subject}"
