"""Messages to Hoster's own background work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Queue(Protocol):
    """One queue. A message arrives at least once, some seconds later, in any order."""

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a message. Raises `Unavailable` when the queue does not answer."""
