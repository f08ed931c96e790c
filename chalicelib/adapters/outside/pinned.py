"""Speaks HTTP to hosts that customers name, at addresses that they may have.

A name is looked up once and what it leads to is checked; the connection goes to that address, and
TLS proves the name. So nobody can have Hoster ask inside its own network, by an address, by a name
or by a name that changes between the look and the call. Redirects are answers like any other.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError, SSLError

from chalicelib.domain.addresses import is_allowed

CONNECT_SECONDS = 4.0
READ_SECONDS = 6.0
WHOLE_SECONDS = 10.0
"""How long an answer's body may take to come."""
MOST_BYTES = 64 * 1024
_CHUNK = 8 * 1024
_PORTS = {"https": 443, "http": 80}


class AddressRefused(Exception):
    """The host is at an address that nothing of a customer's may have; nothing was sent."""


class NoAnswer(Exception):
    """The host did not answer, or too slowly, or too much; the text says why, and no secret."""


class Untrusted(Exception):
    """The host's certificate is not one that is believed; nothing was sent."""


@dataclass(frozen=True)
class Said:
    """What a host answered."""

    status: int
    headers: urllib3.HTTPHeaderDict
    body: bytes


class Pinned:
    """Sends requests one by one, each on a connection of its own.

    `addresses` looks up a host; `refused` are networks that are not gone to besides those that
    nobody may have; `plain` holds the hosts, with their ports, that are spoken to without TLS.
    """

    def __init__(
        self,
        addresses: Callable[[str], tuple[str, ...]],
        refused: tuple[str, ...],
        plain: frozenset[str] = frozenset(),
    ) -> None:
        self.addresses = addresses
        self.refused = refused
        self.plain = plain

    def url_of(self, host: str, path: str) -> str:
        """The address of a path on a host."""
        return f"{'http' if host in self.plain else 'https'}://{host}{path}"

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Said:
        """Send one request, once. Raises `AddressRefused`, `Untrusted` and `NoAnswer`."""
        parts = urlsplit(url)
        host, where = parts.hostname or "", parts.netloc.rpartition("@")[2]
        if parts.scheme == "http" and where not in self.plain:
            raise NoAnswer("it is not spoken to without TLS")
        if parts.scheme not in _PORTS or not host:
            raise NoAnswer("it is no address of a web server")
        pool = self._pool(parts.scheme, host, parts.port or _PORTS[parts.scheme])
        path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        sent = {"User-Agent": "hoster", "Accept-Encoding": "identity", **headers, "Host": where}
        try:
            answer = pool.urlopen(
                method,
                path,
                body=body or None,
                headers=sent,
                retries=False,
                redirect=False,
                assert_same_host=False,
                preload_content=False,
                decode_content=False,
            )
            return Said(answer.status, answer.headers, _read(answer))
        except SSLError as error:
            kind = Untrusted if "CERTIFICATE_VERIFY_FAILED" in str(error) else NoAnswer
            raise kind(_why(error)) from None
        except (HTTPError, OSError, ValueError) as error:
            raise NoAnswer(_why(error)) from None
        finally:
            pool.close()

    def _pool(self, scheme: str, host: str, port: int) -> urllib3.HTTPConnectionPool:
        address = self._address(host)
        patience = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        if scheme == "http":
            return urllib3.HTTPConnectionPool(address, port, timeout=patience, maxsize=1)
        return urllib3.HTTPSConnectionPool(
            address,
            port,
            timeout=patience,
            maxsize=1,
            ssl_context=ssl.create_default_context(),
            server_hostname=host,
            assert_hostname=host,
        )

    def _address(self, host: str) -> str:
        """The address to go to; every address of a name must be one that it may have."""
        found = self.addresses(host)
        if not found:
            raise NoAnswer("no IPv4 address of its name can be found")
        if not all(is_allowed(address, self.refused) for address in found):
            raise AddressRefused(host)
        return found[0]


def _read(answer: urllib3.BaseHTTPResponse) -> bytes:
    deadline, body = time.monotonic() + WHOLE_SECONDS, b""
    while chunk := answer.read(_CHUNK):
        body += chunk
        if len(body) > MOST_BYTES:
            raise NoAnswer("its answer is too long")
        if time.monotonic() > deadline:
            raise NoAnswer("its answer takes too long")
    return body


def _why(error: Exception) -> str:
    """Say what went wrong in the library's words, without the object that it names."""
    return str(error).rpartition(": ")[2][:200] or type(error).__name__
