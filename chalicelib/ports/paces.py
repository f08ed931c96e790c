"""Where is kept how long work usually takes."""

from __future__ import annotations

from typing import Protocol

from chalicelib.domain.paces import Paces as Known


class Paces(Protocol):
    """One small item for each kind of work on what has one parent: the apps of one template."""

    def of(self, parent: str, kind: str) -> Known:
        """Read what is known; nothing at first. Raises `Unavailable`."""

    def keep(self, parent: str, kind: str, known: Known) -> None:
        """Write what is known; of two at once the later one stays. Raises `Unavailable`."""

    def starts(self, parent: str) -> tuple[float, ...]:
        """Read how many seconds the latest starts took, oldest first. Raises `Unavailable`."""

    def keep_starts(self, parent: str, seconds: tuple[float, ...]) -> None:
        """Write them; of two at once the later one stays. Raises `Unavailable`."""
