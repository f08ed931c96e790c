"""The keys of the gateway's accounts, by which programs call as an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class MadeKey:
    """A key that was just made; its text is told this once."""

    id: str
    text: str

    def __repr__(self) -> str:
        """Show which it is, never its text."""
        return f"MadeKey({self.id})"


class Keys(Protocol):
    """What the gateway lets programs in by. No error holds a key's text.

    Each call raises `GatewayUnavailable` when it was not done and trying later helps.
    """

    def make(self, account: str, name: str, expires_at: str) -> MadeKey:
        """Make a key of an account; `expires_at` is RFC 3339.

        It opens neither the gateway's meter nor anything else of the gateway's own. Raises
        `NotFound` for an account that the gateway does not know, and `GatewayInDoubt` when nobody
        knows whether there is one now: it then has the name, and nobody knows its text.
        """

    def named(self, account: str, name: str) -> tuple[str, ...]:
        """The ids of an account's keys with a name, those that are revoked left out."""

    def revoke(self, key: str) -> None:
        """End a key; one that is not there or was ended before is no error.

        Raises `GatewayInDoubt` when nobody knows whether it was done.
        """
