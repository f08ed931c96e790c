"""The way to the gateway's own calls: one connection, with a key and a client certificate."""

from __future__ import annotations

import http.client
import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

from chalicelib.domain.errors import Unavailable

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 15.0
IDLE_SECONDS = 2.0
"""How long a connection may be unused and is still used: longer, and the gateway may hang up."""
MOST_BYTES = 10_000_000


class NotReached(Exception):
    """Nothing was sent; the text says why, without a secret."""


class NoAnswer(Exception):
    """It was sent, and nobody knows what came of it."""


@dataclass(frozen=True)
class Said:
    """What the gateway, or its edge, answered."""

    status: int
    text: bytes
    retry_after: str | None


class Edge:
    """One gateway, over one connection that is kept while it is used.

    `secret` gives the key, or an object with the `key`, a `certificate` (the PEM of a client
    certificate with its key, where the gateway's edge asks for one) and an `authority` (the PEM
    of whom the edge's own certificate is believed by; without it whoever the system believes).
    """

    def __init__(self, url: str, secret: Callable[[], str]) -> None:
        self.url = urlsplit(url)
        self.secret = secret
        self._connection: http.client.HTTPConnection | None = None
        self._used_at = 0.0

    def ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Said:
        """Send one request, once. Raises `NotReached` and `NoAnswer`."""
        key, certificate, authority = self._login()
        connection = self._open(certificate, authority)
        try:
            connection.request(method, self.url.path + path, body, {**headers, "X-API-Key": key})
            answer = connection.getresponse()
            text = answer.read(MOST_BYTES)
        except (OSError, http.client.HTTPException) as error:
            self._close()
            raise NoAnswer(type(error).__name__) from error
        if answer.will_close:
            self._close()
        self._used_at = time.monotonic()
        return Said(answer.status, text, answer.getheader("Retry-After"))

    def _login(self) -> tuple[str, str, str]:
        """The key, the client certificate and whom is believed, or empty texts."""
        try:
            secret = self.secret()
        except Unavailable as error:
            raise NotReached("The gateway's secret cannot be read now.") from error
        if not secret.lstrip().startswith("{"):
            return secret, "", ""
        try:
            given = json.loads(secret)
            return (
                str(given["key"]),
                str(given.get("certificate") or ""),
                str(given.get("authority") or ""),
            )
        except (ValueError, LookupError):
            raise NotReached("The gateway's secret is no object with a key.") from None

    def _open(self, certificate: str, authority: str) -> http.client.HTTPConnection:
        """The connection, which stands before anything is sent."""
        if self._connection and time.monotonic() - self._used_at < IDLE_SECONDS:
            return self._connection
        self._close()
        host, port = self.url.hostname or "", self.url.port
        if self.url.scheme == "https":
            opened: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, port, timeout=CONNECT_SECONDS, context=_tls(certificate, authority)
            )
        else:
            opened = http.client.HTTPConnection(host, port, timeout=CONNECT_SECONDS)
        try:
            opened.connect()
        except OSError as error:
            detail = f"The gateway cannot be reached: {type(error).__name__}."
            raise NotReached(detail) from error
        opened.sock.settimeout(ANSWER_SECONDS)
        self._connection = opened
        return opened

    def _close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None


def _tls(certificate: str, authority: str) -> ssl.SSLContext:
    """Whom the gateway is believed by, and who asks."""
    try:
        context = ssl.create_default_context(cadata=authority or None)
    except (ssl.SSLError, ValueError):
        raise NotReached("The authority of the gateway's certificate is none.") from None
    if certificate:
        with NamedTemporaryFile("w") as file:  # OpenSSL reads files alone; nobody else reads this
            file.write(certificate)
            file.flush()
            try:
                context.load_cert_chain(file.name)
            except (ssl.SSLError, OSError):
                raise NotReached("The gateway's client certificate is none.") from None
    return context
