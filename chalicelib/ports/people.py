"""The people behind accounts: where they are written to, and what they sign in with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Person:
    """Whom an account belongs to, as the gateway knows them at this moment."""

    account: str
    email: str
    name: str
    """What they call themselves; may be empty."""
    is_active: bool
    """Whether the gateway lets them in: neither suspended nor closed."""


class People(Protocol):
    """The people of the gateway's accounts; Hoster keeps nothing of them itself.

    Each call raises `GatewayUnavailable` when the gateway does not tell, or did nothing, and
    trying later helps.
    """

    def get(self, account: str) -> Person | None:
        """The person of an account; None when the gateway knows no such account."""

    def find(self, email: str) -> Person | None:
        """The person with a mail address; None when nobody has it.

        Case counts at the gateway, and people forget it: where nobody has the address exactly, the
        only one who has it in other letters is found. It takes a call for each hundred accounts,
        so no request waits for it.
        """

    def set_password(self, account: str, password: str) -> None:
        """Have an account sign in with another password from now on; doing so again is the same.

        Sessions of before go on until their end. Raises `NotFound` for an account that the gateway
        does not know, and `GatewayInDoubt` when nobody knows whether it was done. No error holds
        the password.
        """
