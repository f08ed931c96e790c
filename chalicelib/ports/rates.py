"""How often each caller does what costs much."""

from __future__ import annotations

from typing import Protocol


class Allowance(Protocol):
    """How often: so many at once, and so many a minute for long."""

    @property
    def burst(self) -> int:
        """How many may come at once after a rest."""

    @property
    def per_minute(self) -> float:
        """How many a minute may come for long."""


class Rates(Protocol):
    """One bucket for each caller and operation."""

    def take(self, bucket: str, allowance: Allowance) -> None:
        """Take one from a bucket.

        Raises `RateLimited`, with the whole seconds after which one more passes, when there is
        none. A store that does not answer lets everybody pass: what follows needs it anyway.
        """

    def wait(self, bucket: str, allowance: Allowance) -> int:
        """Tell after how many seconds one can be taken, 0 for now; nothing is taken."""
