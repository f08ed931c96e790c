"""From the name servers that are configured down to those that answer for a name."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import dns.flags
import dns.message
import dns.name
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from chalicelib.adapters.dns.questions import PATIENCE, Server, Silence, put, refusal

IN = dns.rdataclass.IN
DEPTH = 16
"""How many zones a walk goes down at most."""
MOST = 8
"""How many addresses of a zone's servers are asked."""


@dataclass(frozen=True)
class Zone:
    """A zone, its servers, and those of them that have no address."""

    name: dns.name.Name
    servers: tuple[Server, ...]
    nameless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Walker:
    """Knows where walks begin, and whom they never ask."""

    starts: tuple[str, ...]
    port: int
    refused: tuple[str, ...] = ()

    def zone_of(
        self, name: dns.name.Name, kind: dns.rdatatype.RdataType, until: float
    ) -> tuple[Zone, Silence | None]:
        """Walk to the zone that a name lies in; also why it could not be reached, if so.

        Each zone's servers say where the next one's are, so that nothing that somebody keeps
        from before counts.
        """
        # What somebody else's slow servers left of the time proves nothing.
        is_enough = until - time.monotonic() >= PATIENCE
        zone, is_heard = self._top(name, until)
        if not zone.servers:
            starts = tuple(Server("", address) for address in self.starts)
            why = "the name servers here " + ("do not know it" if is_heard else "do not answer")
            return Zone(dns.name.root, starts), Silence(why, is_ours=is_enough and not is_heard)
        trouble: Silence | None = Silence("its zone lies too deep")
        for _ in range(DEPTH):
            said = self._first(zone, name, kind, until)
            if isinstance(said, Silence):
                trouble = said
                break
            below = self._referral(said, zone, name, until)
            if below is None:
                return zone, None
            zone = below
        return zone, trouble

    def _top(self, name: dns.name.Name, until: float) -> tuple[Zone, bool]:
        """The first zone below the root that the configured servers know, such as `com`.

        Also whether any of them said anything of use.
        """
        is_heard = False
        for depth in range(2, len(name.labels) + 1):
            suffix = name.split(depth)[1]
            for start in self.starts:
                said = self._recurse(start, suffix, dns.rdatatype.NS, until)
                servers = (
                    said.get_rrset(said.answer, suffix, IN, dns.rdatatype.NS) if said else None
                )
                is_heard = is_heard or said is not None
                if said and servers:
                    return self._zone(suffix, servers, said, until), True
        return Zone(dns.name.root, ()), is_heard

    def _recurse(
        self, start: str, name: dns.name.Name, kind: dns.rdatatype.RdataType, until: float
    ) -> dns.message.Message | None:
        said = put(Server("", start), name, kind, port=self.port, until=until, recursive=True)
        return None if isinstance(said, Silence) or refusal(said) else said

    def _first(
        self, zone: Zone, name: dns.name.Name, kind: dns.rdatatype.RdataType, until: float
    ) -> dns.message.Message | Silence:
        """What the first server says that answers for a zone, or sends on to one below."""
        why = Silence("none of its name servers has an address")
        for place, server in enumerate(zone.servers):
            # The last one may take what is left.
            share = (until - time.monotonic()) / max(1, min(3, len(zone.servers) - place))
            said = put(server, name, kind, port=self.port, until=time.monotonic() + share)
            if isinstance(said, Silence):
                why = said
                continue
            refused = refusal(said)
            if refused is None and not _is_lame(said, zone.name, name):
                return said
            why = refused or Silence("does not answer for the zone", is_lame=True)
        return why

    def _referral(
        self, said: dns.message.Message, zone: Zone, name: dns.name.Name, until: float
    ) -> Zone | None:
        """The zone below that an answer sends on to; None when it is the answer itself."""
        if said.flags & dns.flags.AA:
            return None
        found = next(_delegations(said, zone.name, name), None)
        return self._zone(found.name, found, said, until) if found is not None else None

    def _zone(
        self,
        name: dns.name.Name,
        servers: dns.rrset.RRset,
        said: dns.message.Message,
        until: float,
    ) -> Zone:
        """A zone with its servers' addresses: those that came along, else those looked up."""
        found: list[Server] = []
        nameless: list[str] = []
        for target in sorted(one.target for one in servers):
            text = _text(target)
            known = list(self._allowed(self._addresses(target, said, until)))
            found += [Server(text, address) for address in known]
            if not known:
                nameless.append(text)
        # Those over IPv4 first, and of each server one before a second of any.
        found.sort(key=lambda one: ":" in one.address)
        return Zone(name, tuple(found[:MOST]), tuple(nameless))

    def _addresses(
        self, target: dns.name.Name, said: dns.message.Message, until: float
    ) -> Iterator[str]:
        brought = [rrset for rrset in said.additional if rrset.name == target]
        if not any(rrset.rdtype == dns.rdatatype.A for rrset in brought):
            for start in self.starts:
                answer = self._recurse(start, target, dns.rdatatype.A, until)
                if answer is not None:
                    brought += answer.answer
                    break
        for rrset in brought:
            if rrset.rdtype == dns.rdatatype.A:
                yield from (one.address for one in rrset)

    def _allowed(self, addresses: Iterable[str]) -> Iterator[str]:
        """Leave out servers in networks that nobody here is to be sent to."""
        networks = [ipaddress.ip_network(network, strict=False) for network in self.refused]
        for address in dict.fromkeys(addresses):
            place = ipaddress.ip_address(address)
            if address in self.starts or not any(place in network for network in networks):
                yield address


def _delegations(
    said: dns.message.Message, above: dns.name.Name, name: dns.name.Name
) -> Iterator[dns.rrset.RRset]:
    """The name servers of zones below one that an answer names, on the way to a name."""
    for rrset in said.authority:
        is_below = rrset.name != above and rrset.name.is_subdomain(above)
        if rrset.rdtype == dns.rdatatype.NS and is_below and name.is_subdomain(rrset.name):
            yield rrset


def _is_lame(said: dns.message.Message, zone: dns.name.Name, name: dns.name.Name) -> bool:
    """Whether an answer comes from a server that does not answer for the zone it was asked as."""
    if said.flags & dns.flags.AA:
        return False
    return next(_delegations(said, zone, name), None) is None


def _text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()
