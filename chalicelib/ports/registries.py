"""A registry of images, asked whether it knows who has a login there."""

from __future__ import annotations

from typing import Protocol

from chalicelib.ports.nodes import RegistryLogin


class Registries(Protocol):
    """The way to registries that customers name."""

    def check(self, login: RegistryLogin) -> None:
        """Log in once, as the Docker Engine does before it pulls, and pull nothing.

        It takes a few seconds at most, follows no redirect, and goes to no address in which no
        server may be. Raises `InvalidCredential` when the registry does not know the login,
        `Throttled` when it asks for a pause, `RegistryUntrusted` for its certificate,
        `RegistryUnreachable` when it does not answer as a registry, and `Conflict` with code
        `login_not_asked` for one that gives everything to everybody, which shows nothing.
        """
