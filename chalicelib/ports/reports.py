"""What background work found when it last looked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Reports(Protocol):
    """The last report on each subject: a credential's id, or a word for the installation's own."""

    def of(self, subject: str) -> dict[str, Any] | None:
        """Read the last report; None when there is none. Raises `Unavailable`."""

    def keep(self, subject: str, report: Mapping[str, Any]) -> None:
        """Put a report in place of the one before; of two at once the later one stays.

        Raises `Unavailable`, and `TooLarge` beyond 300 KB of JSON.
        """
