"""Asks the app proxy for an app, by its host name."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import httpx


def host_of(address: str) -> str:
    """The host name in an app's address, without the port."""
    host = urlsplit(address).hostname
    assert host is not None
    return host


def expect_status(proxy: str, host: str, status: int, *, within: float = 120) -> None:
    """Ask until the proxy answers for `host` with `status`, redirects not followed."""
    end = time.monotonic() + within
    seen: object = "nothing"
    while time.monotonic() < end:
        try:
            answer = httpx.get(proxy, headers={"Host": host}, trust_env=False, timeout=60)
            seen = answer.status_code
        except httpx.TransportError as error:
            seen = type(error).__name__
        if seen == status:
            return
        time.sleep(0.1)
    raise AssertionError(f"{host} answers {seen} at the app proxy, not {status}.")
