"""Routes as HAProxy's map holds them, and what differs between two maps."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from chalicelib.domain.addresses import is_allowed
from chalicelib.domain.routes import CLIENT_HOST, leads_nowhere

Routes = dict[str, str]
"""Host name → `state/address/port/deployment/flags/node`, the entries of HAProxy's map.

A route to a running app with neither flags nor node has the state `open`: HAProxy looks at nothing
else of it. Flags are letters, `-` for none: `t` TLS to the node's door, `s` redirect HTTP to HTTPS,
`h` HSTS. `s` stands first, and only while a certificate for the name is loaded (`redirected`).
An alias leads wherever another name does: `alias/<that name>/0/<deployment>/<flags>/-`.
"""

STATES = frozenset({"running", "starting", "stopped", "failed", "unverified"})
RUNNING, OPEN = "running", "open"
NOWHERE = "-/0"
NONE = "-"

# A map's lines and the socket's commands are split at blanks and semicolons.
_HOST = re.compile(r"[a-z0-9._-]{1,253}")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,128}")
_ANSWER = re.compile(r"[A-Za-z0-9_.-]{1,512}")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


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
        return _admit(self, address)


# Very many routes lead to few nodes.
@lru_cache(maxsize=10_000)
def _admit(networks: Networks, address: str) -> bool:
    if is_allowed(address, networks.refused):
        return True
    try:
        host = ipaddress.IPv4Address(address)
    except ValueError:
        return False
    return any(host in ipaddress.ip_network(network) for network in networks.admitted)


def carry(items: Iterable[Mapping[str, Any]], networks: Networks) -> tuple[Routes, list[str]]:
    """The map entries of routes' items, and a complaint for each that is not carried as it is.

    A route that leads where nothing may be sent is carried as failed. What is there for its
    certificate alone is no route.
    """
    routes: Routes = {}
    complaints: list[str] = []
    for item in items:
        host, deployment = str(item["host"]), str(item.get("deployment_id"))
        if leads_nowhere(host):
            continue
        if not _HOST.fullmatch(host) or not _NAME.fullmatch(deployment):
            complaints.append(f"{host!r} of {deployment!r} cannot be carried: no such names")
            continue
        state, complaint = _state_of(item, networks)
        if complaint:
            complaints.append(f"{host} of {deployment} is carried as failed: {complaint}")
        node = node_label(str(item.get("node") or "")) if state == "running" else NONE
        flags = _flags(item, node)
        routes[host] = f"{_word(state, flags)}/{_place(item, state)}/{deployment}/{flags}/{node}"
    return routes, complaints


def certificates_in(items: Iterable[Mapping[str, Any]]) -> tuple[Routes, list[str]]:
    """The fingerprint of the certificate to serve for each host that has one, and complaints."""
    named = {
        str(item["host"]): str(item["certificate"]) for item in items if item.get("certificate")
    }
    good = {
        host: fingerprint
        for host, fingerprint in named.items()
        if has_certificate_name(host) and _FINGERPRINT.fullmatch(fingerprint)
    }
    bad = named.keys() - good.keys()
    return good, [f"the certificate of {host!r} has no such name" for host in sorted(bad)]


def has_certificate_name(host: str) -> bool:
    """Whether a certificate may be for this: a host, a wildcard, or the client certificate's."""
    return host == CLIENT_HOST or bool(_HOST.fullmatch(host.removeprefix("*.")))


def challenges_in(items: Iterable[Mapping[str, Any]], now: float) -> tuple[Routes, list[str]]:
    """The answers to challenges by token, those that are not over, and complaints."""
    answers: Routes = {}
    complaints: list[str] = []
    for item in items:
        token, answer = str(item["host"]), str(item.get("answer"))
        if not _TOKEN.fullmatch(token) or not _ANSWER.fullmatch(answer):
            complaints.append(
                f"the challenge {token!r} cannot be answered: no such token or answer"
            )
        elif (item.get("expires_at") or 0) > now:
            answers[token] = answer
    return answers, complaints


@dataclass(frozen=True)
class Secured:
    """For which names plain HTTP is led to HTTPS: those whose certificate is loaded."""

    hosts: frozenset[str] = frozenset()
    """Hosts and wildcards with a loaded certificate."""
    automatic: bool = False
    """Whether names below a wildcard are meant to be reached by HTTPS."""

    def covers(self, host: str) -> bool:
        """Whether this name is led to HTTPS."""
        if host in self.hosts:
            return True
        return self.automatic and f"*.{host.partition('.')[2]}" in self.hosts


def redirected(routes: Routes, secured: Secured) -> Routes:
    """The routes, each with the flag `s` where it is led to HTTPS and nowhere else."""
    if not secured.hosts and not any("/s" in entry for entry in routes.values()):
        return routes
    return {host: _redirected(entry, secured.covers(host)) for host, entry in routes.items()}


def _redirected(entry: str, is_led: bool) -> str:
    state, *place, flags, node = entry.split("/")
    left = flags.removeprefix("s").removeprefix(NONE)
    now = (f"s{left}" if is_led else left) or NONE
    return "/".join((_word(state, now), *place, now, node))


def _word(state: str, flags: str) -> str:
    """How a state stands in an entry: a node is told by a flag as well."""
    if state not in {RUNNING, OPEN}:
        return state
    return OPEN if flags == NONE else RUNNING


def node_label(node: str) -> str:
    """How a node's id stands in the names of its door's certificate: `node_ab` is `node-ab`."""
    return node.lower().replace("_", "-") or NONE


def _place(item: Mapping[str, Any], state: str) -> str:
    if state == "alias":
        return f"{item['alias']}/0"
    return f"{item['address']}/{int(item['port'])}" if state == "running" else NOWHERE


def _flags(item: Mapping[str, Any], node: str) -> str:
    """What is done for a route besides leading to it."""
    told = {"t": node != NONE, "h": item.get("hsts") is True}
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
    address, port, node = str(item.get("address")), item.get("port"), item.get("node") or NONE
    if not networks.admit(address):
        return f"the address {address!r} is not allowed"
    if not isinstance(port, int) or not 0 < port < 65536:
        return f"there is no port {port!r}"
    return "" if _NAME.fullmatch(str(node)) else f"there is no node {node!r}"


@dataclass(frozen=True)
class Difference:
    """What makes one map of another."""

    added: Routes
    changed: Routes
    removed: frozenset[str]


def difference(have: Routes, want: Routes) -> Difference:
    """What to do to `have` so that it becomes `want`."""
    unlike = {host: entry for host, entry in want.items() if have.get(host) != entry}
    return Difference(
        added={host: entry for host, entry in unlike.items() if host not in have},
        changed={host: entry for host, entry in unlike.items() if host in have},
        removed=frozenset(host for host in have if host not in want),
    )


def save(routes: Routes, file: Path) -> None:
    """Write a map file so that a crash leaves the earlier one or this one, whole.

    Raises `OSError` when the disk does not take it.
    """
    fresh = file.with_suffix(".new")
    try:
        with fresh.open("w") as out:
            out.writelines(f"{host} {entry}\n" for host, entry in sorted(routes.items()))
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)
    except OSError:
        # A part of it would keep a full disk full.
        fresh.unlink(missing_ok=True)
        raise
