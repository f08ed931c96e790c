"""Notes of payments, on the local AWS and in the twin in memory."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from chalicelib.adapters.records.payment_notes import DynamoPaymentNotes
from chalicelib.domain.errors import Taken
from chalicelib.ports.payment_notes import Note, NotePayment
from tests.contract.stores import KINDS, store_of
from tests.fakes.payment_notes import FakePaymentNotes

AT = "2026-11-01T00:00:00.000Z"


@dataclass(frozen=True)
class Kept:
    records: Any
    notes: Any


@pytest.fixture(scope="module", params=KINDS)
def kept(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    with store_of(request.param, tmp_path_factory.mktemp("notes"), lambda: AT) as store:
        memory = request.param == "memory"
        yield Kept(store, FakePaymentNotes(store) if memory else DynamoPaymentNotes(store.tables))


@pytest.fixture
def note() -> Note:
    return Note(f"inv_{secrets.token_hex(8)}", "ch_1", "refunded", 200, AT)


def test_note_is_read_as_it_was_taken(kept: Kept, note: Note) -> None:
    assert kept.notes.of(note.subject, note.id) is None

    kept.records.commit(NotePayment(note), NotePayment(replace(note, id="cs_1", what="paid")))

    assert kept.notes.of(note.subject, note.id) == note
    assert kept.notes.about(note.subject) == (note, replace(note, id="cs_1", what="paid"))
    assert kept.notes.about("inv_other") == ()


def test_note_is_taken_once(kept: Kept, note: Note) -> None:
    kept.records.commit(NotePayment(note))

    with pytest.raises(Taken):
        kept.records.commit(NotePayment(replace(note, cents=300)))

    assert kept.notes.of(note.subject, note.id) == note


@pytest.mark.parametrize("other", [{"cents": 100}, {"what": "lost"}])
def test_note_follows_the_one_that_was_read(kept: Kept, note: Note, other: dict[str, Any]) -> None:
    kept.records.commit(NotePayment(note))
    after = replace(note, cents=500)

    with pytest.raises(Taken):
        kept.records.commit(NotePayment(after, before=replace(note, **other)))
    kept.records.commit(NotePayment(after, before=note))

    assert kept.notes.of(note.subject, note.id) == after
    with pytest.raises(Taken):
        kept.records.commit(NotePayment(replace(after, cents=900), before=note))


def test_note_of_nothing_follows_nothing(kept: Kept, note: Note) -> None:
    with pytest.raises(Taken):
        kept.records.commit(NotePayment(note, before=note))

    assert kept.notes.of(note.subject, note.id) is None
