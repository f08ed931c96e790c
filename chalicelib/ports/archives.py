"""Archives that are made in pieces over many calls, joined, and fetched by a link for some days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from chalicelib.ports.downloads import Download

PART_BYTES = 8 * 1024 * 1024
"""What a part of a joined archive has at least, but for the last one."""


class Archives(Protocol):
    """Where they lie. Everything raises `Unavailable` when the store does not answer."""

    def put(self, archive: str, name: str, content: bytes) -> None:
        """Keep a piece of an archive for a day; one of the same name is replaced."""

    def get(self, archive: str, name: str) -> bytes:
        """Read a piece. Raises `Unavailable` with code `piece_lost` when there is none any more."""

    def begin(self, archive: str) -> str:
        """Begin to join an archive; returns what names this joining."""

    def add(self, archive: str, joining: str, number: int, content: bytes) -> str:
        """Give the part with a number, from 1 on, and return its mark; it may be given again."""

    def finish(self, archive: str, joining: str, marks: Sequence[str]) -> int:
        """Make the archive of its parts, and return its size in bytes.

        It may be asked again. Raises `Unavailable` with code `piece_lost` when the joining is not
        known, and no archive came of it.
        """

    def offer(self, archive: str, *, name: str) -> Download:
        """Make a link to a joined archive; `name` is how it is saved by whoever fetches it."""
