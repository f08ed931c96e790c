"""What proxies show to the world, as anybody sees it."""

from __future__ import annotations

from typing import Protocol


class Probes(Protocol):
    """Asks one address once, within seconds. Never raises: what does not answer says nothing."""

    def text(self, address: str, port: int, host: str, path: str) -> str | None:
        """What is said over HTTP under a path of a host, a short text; None where it is no 200."""

    def serves(self, address: str, port: int, host: str, *, secure: bool) -> bool:
        """Whether a proxy shows an app under a host name, as a browser would ask for its page.

        What an app answers is its own affair; the proxy's own pages are none of an app's. With
        `secure` it is asked over TLS, whatever the certificate.
        """

    def fingerprint(self, address: str, port: int, host: str) -> str | None:
        """SHA-256 of the certificate that is shown for a host, in hexadecimal digits.

        Whether it can be believed is not looked at. None where nobody speaks TLS.
        """
