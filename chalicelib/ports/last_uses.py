"""When things were last used, to the minute."""

from __future__ import annotations

from typing import Protocol


class LastUses(Protocol):
    """One moment for each thing. They are figures, and no reason to refuse anything."""

    def note(self, subject: str) -> None:
        """Note that it is used now, unless that was noted within the last minute.

        A store that does not answer notes nothing.
        """

    def of(self, subjects: tuple[str, ...]) -> dict[str, str]:
        """When each was used last, RFC 3339 UTC; what never was is left out."""
