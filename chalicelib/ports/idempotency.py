"""What a request that may be repeated makes: chosen once, before anything is made."""

from __future__ import annotations

from typing import Protocol


class Intents(Protocol):
    """Ids of records that requests are about to make."""

    def choose(self, request: str, record_id: str, *, seconds: int) -> str:
        """Choose an id for what a request makes, for so many seconds; return the chosen one.

        The first to ask chooses; whoever repeats the request is given that id, whatever became
        of the first. Raises `Unavailable` when the store does not answer.
        """
