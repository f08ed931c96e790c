"""The gateway's accounts, as far as Hoster changes them: their plans, and who is let in."""

from __future__ import annotations

from typing import Literal, Protocol

Standing = Literal["active", "suspended"]
"""Whether an account is let in by the gateway."""


class AccountPlans(Protocol):
    """Which plan each account of the gateway has; what is set holds from the next request on."""

    def set(self, account: str, plan: str) -> None:
        """Give an account a plan; doing so again changes nothing.

        Raises `GatewayUnavailable` when it was not done and trying later helps, and
        `GatewayInDoubt` when nobody knows: it may be done yet, within `LANDS_SECONDS`.
        """

    def stand(self, account: str, standing: Standing) -> None:
        """Let an account in, or keep it out, sessions and keys of before included.

        Doing so again changes nothing. Raises `NotFound` for an account that the gateway does not
        know, and otherwise as `set` does.
        """


LANDS_SECONDS = 60.0
"""How long a request that got no answer may be worked on: the gateway ends each one by then."""
