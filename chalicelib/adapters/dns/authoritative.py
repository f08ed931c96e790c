"""The authoritative servers of names: `chalicelib.ports.dns.Dns` made real."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.resolver

from chalicelib.adapters.dns.questions import Server, Silence, put, refusal
from chalicelib.adapters.dns.walking import Walker, Zone
from chalicelib.ports.dns import Answer, Kind, Outcome, settled

IN = dns.rdataclass.IN
ALIASES = 8
"""How many CNAME records are followed."""
AGAIN = "names lead in a circle, or through too many others"


def system_name_servers() -> tuple[str, ...]:
    """The name servers that the system is configured with."""
    try:
        return tuple(str(one) for one in dns.resolver.Resolver().nameservers)
    except dns.resolver.NoResolverConfiguration:
        return ()


@dataclass(frozen=True)
class _Asking:
    """One question on its way, with the names that led to it."""

    kind: Kind
    until: float
    through: tuple[str, ...] = ()
    beyond: dict[str, Answer] = field(default_factory=dict)
    """What the ends of aliases said, by name: each is asked for once."""


class AuthoritativeDns:
    """Asks the servers of a name's zone, found from the name servers that are configured."""

    def __init__(
        self, name_servers: tuple[str, ...], *, port: int = 53, refused: tuple[str, ...] = ()
    ) -> None:
        self.walker = Walker(name_servers or system_name_servers(), port, refused)

    def ask(self, name: str, kind: Kind, *, seconds: float = 8.0) -> Answer:
        """Say what is known of a name by one of its servers that can tell."""
        return settled(self.ask_each(name, kind, seconds=seconds))

    def ask_each(self, name: str, kind: Kind, *, seconds: float = 8.0) -> tuple[Answer, ...]:
        """Ask every server of the name's zone at once."""
        try:
            dns.name.from_text(name)
        except (dns.exception.DNSException, UnicodeError):
            return (Answer(name, kind, "failed", detail="is no name that can be asked for"),)
        return self._each(name, _Asking(kind, time.monotonic() + seconds))

    def registered_name(self, name: str) -> str:
        """The part of a name that somebody registers."""
        return str(_suffixes().privatesuffix(name) or name)

    def _each(self, name: str, asking: _Asking) -> tuple[Answer, ...]:
        wanted = dns.name.from_text(name)
        kind = dns.rdatatype.from_text(asking.kind)
        # A third of the time is left for the question itself.
        now = time.monotonic()
        zone, trouble = self.walker.zone_of(wanted, kind, now + (asking.until - now) * 2 / 3)
        if trouble is not None and zone.name == dns.name.root:
            nothing = Answer(name, asking.kind, "unreachable", zone=_text(zone), detail=trouble.why)
            return (replace(nothing, is_unheard=trouble.is_ours),)
        answers = self._ask_servers(zone, wanted, asking)
        silent = [
            Answer(name, asking.kind, "unreachable", (), None, server, (), _text(zone), NO_ADDRESS)
            for server in zone.nameless
        ]
        return (*answers, *silent)

    def _ask_servers(
        self, zone: Zone, wanted: dns.name.Name, asking: _Asking
    ) -> tuple[Answer, ...]:
        kind = dns.rdatatype.from_text(asking.kind)
        pool = ThreadPoolExecutor(max_workers=max(1, len(zone.servers)))
        questions: dict[Server, Future[Any]] = {
            server: pool.submit(
                put, server, wanted, kind, port=self.walker.port, until=asking.until
            )
            for server in zone.servers
        }
        wait(questions.values(), timeout=max(0.0, asking.until - time.monotonic()))
        pool.shutdown(wait=False, cancel_futures=True)
        return tuple(
            self._read(
                question.result() if question.done() else Silence("does not answer"),
                server,
                zone,
                wanted,
                asking,
            )
            for server, question in questions.items()
        )

    def _read(
        self,
        said: dns.message.Message | Silence,
        server: Server,
        zone: Zone,
        wanted: dns.name.Name,
        asking: _Asking,
    ) -> Answer:
        """Make an answer of what one server said."""
        blank = Answer(_name(wanted), asking.kind, "found", server=str(server), zone=_text(zone))
        if not isinstance(said, Silence):
            said = refusal(said) or said
        if isinstance(said, Silence):
            outcome: Outcome = "failed" if said.is_lame else "unreachable"
            return replace(blank, outcome=outcome, detail=f"{server} {said.why}")
        if not said.flags & dns.flags.AA:
            detail = f"{server} does not answer for {_text(zone)}"
            return replace(blank, outcome="failed", detail=detail)
        aliases, values, ttl, last = _followed(said, wanted, asking.kind, zone.name)
        answer = replace(blank, values=values, ttl=ttl, aliases=aliases)
        if values:
            return answer
        if not aliases:
            return replace(answer, outcome=_emptiness(said))
        if last.is_subdomain(zone.name) and said.rcode() == dns.rcode.NXDOMAIN:
            return replace(answer, outcome="no_name", detail=f"{_name(last)} does not exist")
        return self._beyond(answer, _name(last), asking)

    def _beyond(self, answer: Answer, last: str, asking: _Asking) -> Answer:
        """Go on where aliases lead to another zone."""
        through = (*asking.through, answer.name, *answer.aliases[:-1])
        if last in through or len(through) > ALIASES:
            return replace(answer, outcome="failed", detail=AGAIN)
        if last not in asking.beyond:
            follow = _Asking(asking.kind, asking.until, through, asking.beyond)
            asking.beyond[last] = settled(self._each(last, follow))
        end = asking.beyond[last]
        ttls = [ttl for ttl in (answer.ttl, end.ttl) if ttl is not None]
        return replace(
            answer,
            outcome=end.outcome,
            values=end.values,
            ttl=min(ttls, default=None),
            aliases=(*answer.aliases, *end.aliases),
            detail=end.detail or ("" if end.values else f"{last} has no {asking.kind} record"),
            is_unheard=end.is_unheard,
        )


NO_ADDRESS = "the name server has no address that can be asked"


def _followed(
    said: dns.message.Message, wanted: dns.name.Name, kind: Kind, zone: dns.name.Name
) -> tuple[tuple[str, ...], tuple[str, ...], int | None, dns.name.Name]:
    """Follow an answer's aliases as far as its server answers for them."""
    aliases: list[str] = []
    ttls: list[int] = []
    last, rdtype = wanted, dns.rdatatype.from_text(kind)
    for _ in range(ALIASES + 1):
        if last.is_subdomain(zone):
            found = said.get_rrset(said.answer, last, IN, rdtype)
            if found is not None:
                ttls.append(found.ttl)
                return tuple(aliases), _values(found), min(ttls), last
        alias = said.get_rrset(said.answer, last, IN, dns.rdatatype.CNAME)
        if alias is None or not last.is_subdomain(zone):
            break
        ttls.append(alias.ttl)
        last = alias[0].target
        aliases.append(_name(last))
    return tuple(aliases), (), min(ttls, default=None), last


def _values(found: Any) -> tuple[str, ...]:
    """The values of a set of records as people write them, in an order of their own."""
    if found.rdtype == dns.rdatatype.TXT:
        texts = (b"".join(one.strings).decode("utf-8", "replace") for one in found)
        return tuple(sorted(texts))
    return tuple(sorted(one.to_text().removesuffix(".").lower() for one in found))


def _emptiness(said: dns.message.Message) -> Outcome:
    return "no_name" if said.rcode() == dns.rcode.NXDOMAIN else "no_data"


def _name(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()


def _text(zone: Zone) -> str:
    return _name(zone.name)


@cache
def _suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
