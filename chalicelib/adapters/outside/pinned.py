"""Speaks HTTP to hosts that customers name, at addresses that they may have.

A name is looked up once and what it leads to is checked; the connection goes to that address, and
TLS proves the name. So nobody can have Hoster ask inside its own network, by an address, by a name
or by a name that changes between the look and the call. Redirects are answers like any other. A
request has one deadline, from the look at the name to the last byte that is read.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass

from chalicelib.domain.addresses import is_allowed
from chalicelib.domain.urls import Target

QUIET_SECONDS = 5.0
"""How long a host may take to be connected to, or say nothing."""
TOO_LONG = "it took too long"


class AddressRefused(Exception):
    """The host is at an address that nothing of a customer's may have; nothing was sent."""


class NoAnswer(Exception):
    """The host did not answer, or too slowly; the text says why, and no secret."""


class Untrusted(Exception):
    """The host's certificate is not one that is believed; nothing was sent."""


@dataclass(frozen=True)
class Said:
    """What a host answered."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Pinned:
    """Sends requests one by one, each on a connection of its own.

    `addresses` looks up a host; `refused` are networks that are not gone to besides those that
    nobody may have.
    """

    def __init__(
        self, addresses: Callable[[str], tuple[str, ...]], refused: tuple[str, ...]
    ) -> None:
        self.addresses = addresses
        self.refused = refused
        self.tls = ssl.create_default_context()

    def address(self, host: str) -> str:
        """The address to go to. Raises as `checked` does."""
        return self.checked(host)[0]

    def checked(self, host: str) -> tuple[str, ...]:
        """The addresses of a name, every one of which must be one that it may have.

        Raises `AddressRefused`, and `NoAnswer` for a name that leads nowhere.
        """
        found = self.addresses(host)
        if not found:
            raise NoAnswer("no IPv4 address of its name can be found")
        if not all(is_allowed(address, self.refused) for address in found):
            raise AddressRefused(host)
        return found

    def ask(
        self,
        method: str,
        target: Target,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        seconds: float,
        most: int,
        quiet: float = QUIET_SECONDS,
    ) -> Said:
        """Send one request, once, and read `most` bytes of the answer's body at most.

        It may take so many `seconds`, and be `quiet` for so many of them. Raises
        `AddressRefused`, `Untrusted` and `NoAnswer`.
        """
        deadline = _Deadline(seconds)
        address = self.address(target.host)
        try:
            with deadline, closing(self._connection(target)) as connection:
                connection.sock = self._opened(target, address, deadline)
                connection.sock.settimeout(min(quiet, seconds))
                connection.request(method, target.path, body, {"User-Agent": "hoster", **headers})
                answer = connection.getresponse()
                said = Said(answer.status, answer.headers, answer.read(most))
        except ssl.SSLCertVerificationError as error:
            raise Untrusted(error.verify_message) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NoAnswer(TOO_LONG if deadline.is_over else _why(error)) from None
        if deadline.is_over:
            # What was cut off reads like what had ended.
            raise NoAnswer(TOO_LONG)
        return said

    def _connection(self, target: Target) -> http.client.HTTPConnection:
        if target.scheme == "https":
            return http.client.HTTPSConnection(target.host, target.port, context=self.tls)
        return http.client.HTTPConnection(target.host, target.port)

    def _opened(self, target: Target, address: str, deadline: _Deadline) -> socket.socket:
        patience = min(QUIET_SECONDS, deadline.left())
        opened = socket.create_connection((address, target.port), timeout=patience)
        if target.scheme == "http":
            deadline.watch(opened)
            return opened
        wrapped = self.tls.wrap_socket(
            opened, server_hostname=target.host, do_handshake_on_connect=False
        )
        try:
            deadline.watch(wrapped)
            wrapped.do_handshake()
        except BaseException:
            wrapped.close()
            raise
        return wrapped


class _Deadline:
    """Cuts off a connection when its time is over.

    Each part of what is read has a limit alone, which a host that drips never meets.
    """

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds
        self.is_over = False
        self.watched: socket.socket | None = None

    def left(self) -> float:
        """Seconds until it is over. Raises `TimeoutError` when it is."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def watch(self, opened: socket.socket) -> None:
        """Cut this connection off then. Raises `TimeoutError` when it is over already."""
        self.watched = opened
        self.left()

    def __enter__(self) -> None:
        self.timer = threading.Timer(self.left(), self._cut)
        self.timer.daemon = True
        self.timer.start()

    def __exit__(self, *_: object) -> None:
        self.timer.cancel()

    def _cut(self) -> None:
        self.is_over = True
        if self.watched:
            with suppress(OSError):
                # Of TLS too only the connection is ended, not what another thread reads with.
                socket.socket.shutdown(self.watched, socket.SHUT_RDWR)


def _why(error: Exception) -> str:
    """Say in few words what went wrong, without what the other side said."""
    if isinstance(error, TimeoutError):
        return TOO_LONG
    if isinstance(error, ConnectionRefusedError):
        return "it refuses connections"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed ({error.reason or type(error).__name__})"
    return type(error).__name__
