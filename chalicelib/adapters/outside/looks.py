"""Looks at hosts: the addresses that a name leads to, and whether something answers there."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading

from chalicelib.adapters.nodes.door import connection_through
from chalicelib.ports.doors import Door

LOOK_UP_SECONDS = 5.0
ANSWER_SECONDS = 2.0


def addresses(host: str) -> tuple[str, ...]:
    """The IPv4 addresses that a host name has now; none when they cannot be told in 5 s.

    The system's resolver knows no limit of its own, so it is asked beside this thread.
    """
    found: list[str] = []

    def ask() -> None:
        with contextlib.suppress(OSError, UnicodeError):
            told = socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_STREAM)
            found.extend(dict.fromkeys(str(entry[4][0]) for entry in told))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(LOOK_UP_SECONDS)
    return tuple(found)


def answers(address: str, port: int, host: str, door: Door | None = None) -> bool:
    """Whether something speaks HTTP at an address and port, asked once within two seconds.

    With a `door` it is asked through that, by TLS with the door's card.
    """
    connection = http.client.HTTPConnection(address, port, timeout=ANSWER_SECONDS)
    try:
        if door is not None:
            connection.sock = connection_through(address, door)
        connection.request("GET", "/", headers={"Host": host, "User-Agent": "hoster-probe"})
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
