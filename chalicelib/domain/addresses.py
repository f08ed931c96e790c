"""Which addresses a node may have."""

from __future__ import annotations

import ipaddress

_THIS_NETWORK = ipaddress.IPv4Network("0.0.0.0/8")


def is_allowed(address: str, refused: tuple[str, ...]) -> bool:
    """Whether an IPv4 address lies in none of the refused networks."""
    try:
        host = ipaddress.IPv4Address(address)
    except ValueError:
        return False
    if host.is_loopback or host.is_link_local or host.is_multicast or host.is_reserved:
        return False
    if host in _THIS_NETWORK:
        return False
    return not any(host in ipaddress.ip_network(network) for network in refused)
