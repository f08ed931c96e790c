"""How often people may do something who have not signed in: by where they come from."""

from __future__ import annotations

import hashlib
import ipaddress

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate
from chalicelib.runtime.operation import Call

_OF_ONE_PLACE = 64
"""Bits of an IPv6 address that one place has: the others are its own to choose."""


def bound(call: Call, *, by_address: Rate, name: str = "", by_name: Rate | None = None) -> None:
    """Take one for where a request comes from, and one for what it names.

    Raises `RateLimited`. Names are kept as hashes.
    """
    what = f"{call.operation.method} {call.operation.path}"
    wiring.rates().take(f"from {place_of(call)}#{what}", by_address)
    if by_name is not None:
        hashed = hashlib.sha256(name.encode()).hexdigest()
        wiring.rates().take(f"name {hashed}#{what}", by_name)


def place_of(call: Call) -> str:
    """Where a request came from, as the gateway's edge says it; `unknown` where it does not."""
    told = call.request.headers.get("x-forwarded-for", ("",))[0].partition(",")[0].strip()
    try:
        address = ipaddress.ip_address(told)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _OF_ONE_PLACE), strict=False))
    return str(address)
