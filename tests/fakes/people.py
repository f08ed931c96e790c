"""The people of the gateway's accounts in memory, which can be told to fail."""

from __future__ import annotations

from dataclasses import dataclass, field

from chalicelib.domain.errors import GatewayInDoubt, GatewayUnavailable, NotFound
from chalicelib.ports.people import Person


@dataclass
class FakePeople:
    """Who is behind each account, and what they sign in with."""

    known: dict[str, Person] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)
    """Of those that were ever changed."""
    failures: list[str] = field(default_factory=list)
    """What the next calls end with: `refused`, `lost` (done without an answer) or `dead`."""

    def add(self, account: str, email: str, name: str = "", *, is_active: bool = True) -> Person:
        """Have somebody."""
        self.known[account] = Person(account, email, name, is_active)
        return self.known[account]

    def get(self, account: str) -> Person | None:
        if self._fails():
            raise GatewayUnavailable("told to refuse")
        return self.known.get(account)

    def find(self, email: str) -> Person | None:
        if self._fails():
            raise GatewayUnavailable("told to refuse")
        exact = [one for one in self.known.values() if one.email == email]
        alike = [one for one in self.known.values() if one.email.casefold() == email.casefold()]
        found = exact or (alike if len(alike) == 1 else [])
        return found[0] if found else None

    def set_password(self, account: str, password: str) -> None:
        failure = self._fails()
        if failure == "refused":
            raise GatewayUnavailable("told to refuse")
        if failure == "dead":
            raise GatewayInDoubt("told to be silent")
        if account not in self.known:
            raise NotFound(f"told not to know {account}")
        self.passwords[account] = password
        if failure == "lost":
            raise GatewayInDoubt("told to lose its answer")

    def _fails(self) -> str:
        return self.failures.pop(0) if self.failures else ""
