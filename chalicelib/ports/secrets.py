"""Sealing of secrets: envelope encryption bound to the record and field that hold them."""

from __future__ import annotations

from typing import Protocol


class Seal(Protocol):
    """Turns clear text into sealed text and back."""

    def seal(self, clear: str, *, record: str, field: str) -> str:
        """Encrypt for one record's field; the result opens nowhere else."""

    def open(self, sealed: str, *, record: str, field: str) -> str:
        """Decrypt.

        Raises `Unavailable` when the key service does not answer and `Conflict` with code
        `seal_broken` when the text was not sealed for this record and field.
        """
