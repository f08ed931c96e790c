"""Sealing of secrets: envelope encryption bound to the record and field that hold them.

A sealed text begins `version.key.time.`, so that the store can list what was sealed long ago, or
under a key that is being retired, without opening anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, order=True)
class SealMark:
    """When a text was sealed, in seconds since 1970, and the id of the key that it was under."""

    at: int
    key: str


def mark_of(sealed: str) -> SealMark | None:
    """Read when and under which key a text was sealed; None where it does not tell."""
    parts = sealed.split(".")
    if len(parts) < 4 or not parts[2].isdecimal():
        return None
    return SealMark(int(parts[2]), parts[1])


def oldest_mark(sealed: Iterable[str]) -> SealMark | None:
    """The mark of the text that was sealed first."""
    return min(filter(None, map(mark_of, sealed)), default=None)


class Seal(Protocol):
    """Turns clear text into sealed text and back."""

    def seal(self, clear: str, *, record: str, field: str) -> str:
        """Encrypt for one record's field; the result opens nowhere else."""

    def open(self, sealed: str, *, record: str, field: str) -> str:
        """Decrypt, under the present key or one that is being retired.

        Raises `Unavailable` when the key service does not answer and `Conflict` with code
        `seal_broken` when the text was not sealed for this record and field.
        """

    @property
    def key(self) -> str:
        """The id of the key that is sealed under now."""

    @property
    def retiring(self) -> tuple[str, ...]:
        """The ids of keys that are opened under and no longer sealed under."""
