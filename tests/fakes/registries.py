"""In-memory registries of images that can be told to refuse."""

from __future__ import annotations

from dataclasses import dataclass, field

from chalicelib.domain.errors import InvalidCredential, ProductError
from chalicelib.ports.nodes import RegistryLogin


@dataclass
class FakeRegistries:
    """They know every login but those whose secret is in `refused`."""

    refused: set[str] = field(default_factory=set)
    fails: list[ProductError] = field(default_factory=list)
    """Errors to raise, one a call."""
    asked: list[RegistryLogin] = field(default_factory=list)

    def check(self, login: RegistryLogin) -> None:
        """Log in."""
        self.asked.append(login)
        if self.fails:
            raise self.fails.pop(0)
        if login.password in self.refused:
            raise InvalidCredential(f"{login.host} does not accept this login.")
