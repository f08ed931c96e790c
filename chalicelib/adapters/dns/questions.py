"""One question to one name server: over UDP, and over TCP where the answer is larger."""

from __future__ import annotations

import time
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype

PATIENCE = 2.0
"""Seconds that one try over UDP may take; a second one follows."""
TRIES = 2
PAYLOAD = 1232
"""The largest answer over UDP that no network breaks apart."""


@dataclass(frozen=True)
class Server:
    """A name server at one of its addresses."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} ({self.address})" if self.name else self.address


@dataclass(frozen=True)
class Silence:
    """Why a server said nothing that is of use."""

    why: str
    is_lame: bool = False
    """Whether it answered, but not for this name."""
    is_ours: bool = False
    """Whether it is one of those where every walk begins, and none of them answers."""


def put(
    server: Server,
    name: dns.name.Name,
    kind: dns.rdatatype.RdataType,
    *,
    port: int,
    until: float,
    recursive: bool = False,
) -> dns.message.Message | Silence:
    """Ask a server before a moment of the monotonic clock."""
    query = dns.message.make_query(name, kind)
    query.use_edns(0, payload=PAYLOAD)
    if not recursive:
        query.flags &= ~dns.flags.RD
    why = "does not answer"
    for left in range(TRIES, 0, -1):
        seconds = min(PATIENCE, (until - time.monotonic()) / left)
        if seconds <= 0:
            break
        try:
            said, _ = dns.query.udp_with_fallback(
                query, server.address, timeout=seconds, port=port, ignore_unexpected=True
            )
        except dns.exception.Timeout:
            continue
        except (OSError, dns.exception.DNSException, EOFError) as error:
            why = f"cannot be asked ({type(error).__name__})"
            continue
        return said
    return Silence(why)


def refusal(said: dns.message.Message) -> Silence | None:
    """What an answer of failure means; None for any other."""
    code = said.rcode()
    if code in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}:
        return None
    return Silence(f"answers {dns.rcode.to_text(code)}", is_lame=True)
