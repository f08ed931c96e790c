"""Reads a service's own host name, the hosts that it knows, and its name servers."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from chalicelib.domain.compose.rules import Mistaken, fault
from chalicelib.domain.compose.section import Section, as_text, named, shown
from chalicelib.domain.compose.tree import Mapping

MAX_HOSTS = 100
MAX_DNS = 10
HOST_GATEWAY = "host-gateway"
"""Docker's word for the node's own address."""

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,252}[A-Za-z0-9])?", re.ASCII)
_OWN_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)
"""The kernel's host names have at most 64 characters."""
_DOMAIN = re.compile(r"\.|[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,252}[A-Za-z0-9.])?", re.ASCII)
_OPTION = re.compile(r"[a-z0-9-]{1,32}(?::[0-9]{1,5})?", re.ASCII)


def read_own_name(service: Section, key: str) -> str | None:
    """Read `hostname` or `domainname`. Raises `InvalidPlan`."""
    text = (service.text(key) or "").strip()
    if not text:
        return None
    if not _OWN_HOST.fullmatch(text):
        detail = f"{service.at(key)} must be a host name of at most 64 characters."
        raise fault(Mistaken.BAD_NETWORK, detail, service.line(key))
    return text


def read_extra_hosts(service: Section) -> tuple[tuple[str, str], ...]:
    """Read `extra_hosts` as map and as list, `host:address` and `host=address`.

    The node's own address is not handed out. Raises `InvalidPlan`.
    """
    found: list[tuple[str, str]] = []
    for host, address, path, line in _hosts(service):
        if address == HOST_GATEWAY:
            service.notes.add(path, line, "The node itself is no host for its apps.")
            continue
        plain = address.strip("[]")
        if not _HOST.fullmatch(host) or _address(plain) is None:
            detail = f"{service.at('extra_hosts')} takes host names with an IP address each."
            raise fault(Mistaken.BAD_NETWORK, detail, line)
        found.append((host, plain))
    _check_count(service, "extra_hosts", len(found), MAX_HOSTS)
    return tuple(dict.fromkeys(found))


def _hosts(service: Section) -> Iterator[tuple[str, str, str, int]]:
    node, path = service.take("extra_hosts"), service.at("extra_hosts")
    if isinstance(node, Mapping):
        for host in node.entries:
            inner = service.section("extra_hosts")
            for item in inner.items(host):
                yield host, as_text(item, inner.at(host)).strip(), inner.at(host), item.line
        return
    for item in service.items("extra_hosts"):
        text = as_text(item, path).strip()
        host, mark, address = text.partition("=" if "=" in text else ":")
        if not mark:
            detail = f"{path}: {shown(item)} is not host=address."
            raise fault(Mistaken.BAD_NETWORK, detail, item.line)
        yield host.strip(), address.strip(), named(path, item, host.strip()), item.line


def read_dns(service: Section) -> tuple[str, ...]:
    """Read name servers; those on the node itself are told. Raises `InvalidPlan`."""
    found = []
    for item in service.items("dns"):
        text = as_text(item, service.at("dns")).strip()
        address = _address(text)
        if address is None:
            detail = f"{service.at('dns')}: {shown(item)} is no IP address."
            raise fault(Mistaken.BAD_NETWORK, detail, item.line)
        if _is_own(address):
            service.ignore("dns", "A name server on the node or the container itself is not asked.")
        else:
            found.append(text)
    _check_count(service, "dns", len(found), MAX_DNS)
    return tuple(dict.fromkeys(found))


def read_dns_search(service: Section) -> tuple[str, ...]:
    """Read `dns_search`. Raises `InvalidPlan`."""
    return _words(service, "dns_search", _DOMAIN, "a domain")


def read_dns_options(service: Section) -> tuple[str, ...]:
    """Read `dns_opt`. Raises `InvalidPlan`."""
    return _words(service, "dns_opt", _OPTION, "an option such as ndots:2")


def _words(service: Section, key: str, form: re.Pattern[str], what: str) -> tuple[str, ...]:
    found = []
    for item in service.items(key):
        text = as_text(item, service.at(key)).strip()
        if not form.fullmatch(text):
            detail = f"{service.at(key)}: {shown(item)} is not {what}."
            raise fault(Mistaken.BAD_NETWORK, detail, item.line)
        found.append(text)
    _check_count(service, key, len(found), MAX_DNS)
    return tuple(dict.fromkeys(found))


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _is_own(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return (
        address.is_loopback
        or address.is_link_local
        or address.is_unspecified
        or address.is_multicast
    )


def _check_count(service: Section, key: str, count: int, most: int) -> None:
    if count > most:
        detail = f"{service.at(key)} has more than {most} entries."
        raise fault(Mistaken.BAD_NETWORK, detail, service.line(key))
