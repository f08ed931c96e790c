"""Addresses on the web, as somebody may give them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

MAX_LETTERS = 2000
PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Target:
    """Where a request goes."""

    scheme: str
    host: str
    port: int
    path: str
    """Path and query, as they are asked for."""


def read(url: str, schemes: tuple[str, ...]) -> Target:
    """Read an absolute URL of one of the schemes. Raises `ValueError` saying what is wrong."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ValueError("is no URL") from error
    if len(url) > MAX_LETTERS or not url.isascii() or not url.isprintable() or " " in url:
        detail = f"is a URL in ASCII, of {MAX_LETTERS} letters at most"
        raise ValueError(detail)
    if parts.scheme not in schemes:
        raise ValueError(f"begins with {' or '.join(f'{one}://' for one in schemes)}")
    if not parts.hostname:
        raise ValueError("names a host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("holds no user and password: the signature proves who sends")
    if parts.fragment:
        raise ValueError("holds no fragment")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port or PORTS[parts.scheme], path)
