"""What proxies show to the world, as anybody sees it."""

from __future__ import annotations

from typing import Protocol


class Probes(Protocol):
    """Asks one address once, within seconds. Never raises: what does not answer says nothing."""

    def text(self, address: str, port: int, host: str, path: str) -> str | None:
        """What is said over HTTP under a path of a host, a short text; None where it is no 200."""

    def fingerprint(self, address: str, port: int, host: str) -> str | None:
        """SHA-256 of the certificate that is shown for a host, in hexadecimal digits.

        Whether it can be believed is not looked at. None where nobody speaks TLS.
        """
