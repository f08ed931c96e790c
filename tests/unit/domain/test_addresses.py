"""Addresses that a node may have."""

from __future__ import annotations

import pytest

from chalicelib.domain.addresses import is_allowed

REFUSED = ("10.99.0.0/16", "fd00::/8")


@pytest.mark.parametrize("address", ["203.0.113.9", "8.8.8.8", "10.98.255.255", "192.168.1.1"])
def test_address_of_a_server_is_allowed(address: str) -> None:
    assert is_allowed(address, REFUSED)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.0.1",
        "0.0.0.0",
        "0.0.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "10.99.0.1",
        "10.99.255.255",
        "",
        "example.com",
        "::1",
        "::ffff:127.0.0.1",
        "127.1",
        "0177.0.0.1",
        "2130706433",
        "0x7f000001",
        "8.8.8.8 ",
        "٨.8.8.8",
    ],
)
def test_other_addresses_are_refused(address: str) -> None:
    assert not is_allowed(address, REFUSED)
