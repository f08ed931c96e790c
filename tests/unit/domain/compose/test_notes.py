"""What is told of keys without effect."""

from __future__ import annotations

from chalicelib.domain.compose.notes import MAX_NOTES, REASONS, UNKNOWN, Notes
from chalicelib.domain.plan import Ignored


def test_first_note_of_a_path_stays_with_its_line_and_reason() -> None:
    notes = Notes()
    notes.add("services.web.platform", 4)
    notes.add("services.web.platform", 9, "later")
    notes.add("services.web.other", None)

    assert notes.told() == (
        Ignored("services.web.platform", 4, REASONS["platform"]),
        Ignored("services.web.other", None, UNKNOWN),
    )


def test_note_is_told_in_a_sentence() -> None:
    assert str(Ignored("a.b", 4, "Why.")) == "a.b (line 4): Why."
    assert str(Ignored("a.b")) == "a.b"


def test_notes_have_a_bound() -> None:
    notes = Notes()
    for number in range(MAX_NOTES + 5):
        notes.add(f"k{number}", 1)

    assert len(notes.told()) == MAX_NOTES + 1
    assert notes.told()[-1].path == "… and 5 more"


def test_reasons_are_sentences() -> None:
    assert all(reason.endswith(".") and reason[0].isupper() for reason in REASONS.values())
