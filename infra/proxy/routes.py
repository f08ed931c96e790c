"""Routes as HAProxy's map holds them, and what differs between two maps."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.domain.addresses import is_allowed

Routes = dict[str, str]
"""Host name → `state/address/port/deployment/flags/node`, the entries of HAProxy's map.

Flags are letters, `-` for none: `t` TLS to the node's door, `s` redirect HTTP to HTTPS, `h` HSTS.
An alias leads wherever another name does: `alias/<that name>/0/<deployment>/<flags>/-`.
"""

STATES = frozenset({"running", "starting", "stopped", "failed", "unverified"})
NOWHERE = "-/0"
NONE = "-"

# A map's lines and the socket's commands are split at blanks and semicolons.
_HOST = re.compile(r"[a-z0-9._-]{1,253}")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Networks:
    """Where upstreams may be."""

    refused: tuple[str, ...] = ()
    """Networks in which no app may be, besides loopback, link-local and multicast."""
    admitted: tuple[str, ...] = ()
    """Networks that are let through whatever else says no."""

    def __post_init__(self) -> None:
        """Raise `ValueError` for what is no network."""
        for network in (*self.refused, *self.admitted):
            ipaddress.ip_network(network)

    def admit(self, address: str) -> bool:
        """Whether traffic may be sent to an address; only IPv4 addresses can be told so."""
        if is_allowed(address, self.refused):
            return True
        try:
            host = ipaddress.IPv4Address(address)
        except ValueError:
            return False
        return any(host in ipaddress.ip_network(network) for network in self.admitted)


def carry(items: Iterable[Mapping[str, Any]], networks: Networks) -> tuple[Routes, list[str]]:
    """The map entries of routes' items, and a complaint for each that is not carried as it is.

    A route that leads where nothing may be sent is carried as failed.
    """
    routes: Routes = {}
    complaints: list[str] = []
    for item in items:
        host, deployment = str(item["host"]), str(item.get("deployment_id"))
        if not _HOST.fullmatch(host) or not _NAME.fullmatch(deployment):
            complaints.append(f"{host!r} of {deployment!r} cannot be carried: no such names")
            continue
        state, complaint = _state_of(item, networks)
        if complaint:
            complaints.append(f"{host} of {deployment} is carried as failed: {complaint}")
        node = node_label(str(item.get("node") or "")) if state == "running" else NONE
        routes[host] = f"{state}/{_place(item, state)}/{deployment}/{_flags(item, node)}/{node}"
    return routes, complaints


def node_label(node: str) -> str:
    """How a node's id stands in the names of its door's certificate: `node_ab` is `node-ab`."""
    return node.lower().replace("_", "-") or NONE


def _place(item: Mapping[str, Any], state: str) -> str:
    if state == "alias":
        return f"{item['alias']}/0"
    return f"{item['address']}/{item['port']}" if state == "running" else NOWHERE


def _flags(item: Mapping[str, Any], node: str) -> str:
    """What is done for a route besides leading to it."""
    told = {"t": node != NONE, "s": bool(item.get("certificate")), "h": bool(item.get("hsts"))}
    return "".join(letter for letter, is_told in told.items() if is_told) or NONE


def _state_of(item: Mapping[str, Any], networks: Networks) -> tuple[str, str]:
    """The state that a route is carried in, and why it is not its own."""
    state = str(item.get("state"))
    complaint = ""
    if state == "alias":
        complaint = "" if _HOST.fullmatch(str(item.get("alias"))) else "it leads to no host name"
    elif state == "running":
        complaint = _complaint_of_place(item, networks)
    elif state not in STATES:
        complaint = f"its state {state!r} is unknown"
    return ("failed", complaint) if complaint else (state, "")


def _complaint_of_place(item: Mapping[str, Any], networks: Networks) -> str:
    """Why traffic cannot be sent to where a route leads; empty when it can."""
    address, port, node = str(item.get("address")), item.get("port") or 0, item.get("node") or NONE
    if not networks.admit(address):
        return f"the address {address!r} is not allowed"
    if not 0 < port < 65536:
        return f"there is no port {port}"
    return "" if _NAME.fullmatch(str(node)) else f"there is no node {node!r}"


@dataclass(frozen=True)
class Difference:
    """What makes one map of another."""

    added: Routes
    changed: Routes
    removed: frozenset[str]


def difference(have: Routes, want: Routes) -> Difference:
    """What to do to `have` so that it becomes `want`."""
    return Difference(
        added={host: entry for host, entry in want.items() if host not in have},
        changed={host: entry for host, entry in want.items() if have.get(host, entry) != entry},
        removed=frozenset(have.keys() - want.keys()),
    )


def save(routes: Routes, file: Path) -> None:
    """Write a map file so that a crash leaves the earlier one or this one, whole."""
    fresh = file.with_suffix(".new")
    with fresh.open("w") as out:
        out.writelines(f"{host} {entry}\n" for host, entry in sorted(routes.items()))
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)
