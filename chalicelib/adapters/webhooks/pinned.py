"""Webhooks over HTTP and HTTPS to an address that was looked at before it is asked."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping

from chalicelib.domain.addresses import is_allowed
from chalicelib.domain.notices.urls import Target
from chalicelib.ports.webhooks import NotDelivered, Said

CONNECT_SECONDS = 5.0
WHOLE_SECONDS = 10.0
"""From the connection to the end of what is read: a receiver that drips is cut off."""
HEAD_BYTES = 512
"""How much of an answer is read."""


class PinnedWebhooks:
    """Sends to hosts whose addresses are allowed; `addresses` looks them up."""

    def __init__(
        self, addresses: Callable[[str], tuple[str, ...]], refused: tuple[str, ...]
    ) -> None:
        self.addresses = addresses
        self.refused = refused
        self.tls = ssl.create_default_context()

    def refuse(self, host: str) -> str:
        """Say why no message may go to a host now."""
        try:
            self._address(host)
        except NotDelivered as error:
            return str(error)
        return ""

    def post(self, target: Target, body: bytes, headers: Mapping[str, str]) -> Said:
        """Send one message, once, and follow nothing."""
        opened = self._open(target, self._address(target.host))
        # What is read has a limit for each of its parts alone, which one who drips never meets.
        cut = threading.Timer(WHOLE_SECONDS, _cut, (opened,))
        cut.start()
        try:
            return _asked(target, opened, body, headers)
        finally:
            cut.cancel()
            opened.close()

    def _address(self, host: str) -> str:
        """The one address that is asked; of a name, all must be allowed."""
        found = self.addresses(host)
        if not found:
            raise NotDelivered(f"No IPv4 address of {host} can be found.")
        if not all(is_allowed(address, self.refused) for address in found):
            detail = f"{host} leads to a network to which nothing is sent: loopback, link-local,"
            raise NotDelivered(f"{detail} multicast, reserved, or the platform's own.")
        return found[0]

    def _open(self, target: Target, address: str) -> socket.socket:
        try:
            opened = socket.create_connection((address, target.port), timeout=CONNECT_SECONDS)
        except OSError as error:
            detail = f"{target.host} does not answer on port {target.port}: {_why(error)}."
            raise NotDelivered(detail) from error
        if target.scheme != "https":
            return opened
        try:
            return self.tls.wrap_socket(opened, server_hostname=target.host)
        except (OSError, ValueError) as error:
            opened.close()
            raise NotDelivered(f"TLS with {target.host} failed: {_why(error)}.") from error


def _asked(target: Target, opened: socket.socket, body: bytes, headers: Mapping[str, str]) -> Said:
    kind = {"https": http.client.HTTPSConnection, "http": http.client.HTTPConnection}
    connection = kind[target.scheme](target.host, target.port)
    connection.sock = opened
    try:
        connection.request("POST", target.path, body, dict(headers))
        answer = connection.getresponse()
        head = answer.read(HEAD_BYTES)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotDelivered(f"{target.host} gave no answer: {_why(error)}.") from error
    return Said(answer.status, head.decode("utf-8", "replace"))


def _cut(opened: socket.socket) -> None:
    """End a connection from beside whoever waits on it."""
    try:
        opened.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _why(error: Exception) -> str:
    """Say in few words what went wrong, without what the other side said."""
    if isinstance(error, TimeoutError):
        return "it took too long"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not believed ({error.verify_message})"
    if isinstance(error, ConnectionRefusedError):
        return "it refuses connections"
    return type(error).__name__
