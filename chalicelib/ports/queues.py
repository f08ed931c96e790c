"""Messages to Hoster's own background work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Queue(Protocol):
    """One queue. A message arrives at least once, some seconds later, in any order."""

    def send(self, message: Mapping[str, Any], *, delay: int = 0) -> None:
        """Send a message, which arrives after `delay` seconds at the earliest; 900 at most.

        Raises `Unavailable` when the queue does not answer.
        """

    def send_all(self, messages: Sequence[Mapping[str, Any]]) -> None:
        """Send many messages, ten a call.

        Raises `Unavailable` when any was not taken, after all were tried.
        """
