"""The gateway's accounts, as far as their plans go."""

from __future__ import annotations

from typing import Protocol


class AccountPlans(Protocol):
    """Which plan each account of the gateway has; what is set holds from the next request on."""

    def set(self, account: str, plan: str) -> None:
        """Give an account a plan; doing so again changes nothing.

        Raises `GatewayUnavailable` when it was not done and trying later helps, and
        `GatewayInDoubt` when nobody knows: it may be done yet, within `LANDS_SECONDS`.
        """


LANDS_SECONDS = 60.0
"""How long a request that got no answer may be worked on: the gateway ends each one by then."""
