"""Host names of routes: their one written form, and the shard of the table that holds them."""

from __future__ import annotations

import hashlib

SHARDS = 16
CERTIFICATES = "certificates"
"""The shard of the table that holds certificates' material, by host name."""
CHALLENGES = "challenges"
"""The shard that holds the answers to challenges, by token."""
COUNTER_HOST = "#version"
"""Where a shard keeps its change counter, among its host names."""
CHANGES = tuple(f"change_{number:x}" for number in range(16))
"""The counter's attributes that tell which routes changed last, each `<host> <mark>`.

A change of one route overwrites any one of them: who looks often enough finds as many new ones as
the counter rose, or knows that some were overwritten.
"""
CLIENT_HOST = "#client"
"""The host of the certificate that proxies show to nodes."""
CERTIFICATE_KEY = "certificate_key"
"""The field that a certificate's key is sealed for."""


def leads_nowhere(host: str) -> bool:
    """Whether a host of the table is there for its certificate alone."""
    return host.startswith(("*.", "#"))


def normalise_host(host: str) -> str:
    """Write a host name in the one form that routes are kept under.

    Lower case, without port and trailing dot, international names in their ASCII form.
    Raises `ValueError` when it cannot be a host name.
    """
    name = host.strip().rsplit(":", 1)[0] if host.count(":") == 1 else host.strip()
    name = name.rstrip(".").lower()
    try:
        return name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValueError(f"{host!r} is not a host name") from error


def shard_of(host: str) -> str:
    """The shard of a normalised host name: two hexadecimal digits, `00` to `0f`."""
    return format(int(hashlib.sha256(host.encode()).hexdigest()[0], 16), "02x")
