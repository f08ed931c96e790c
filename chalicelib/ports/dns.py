"""What Hoster asks of the domain name system: a name's own servers, never a cache of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Kind = Literal["A", "AAAA", "CAA", "CNAME", "MX", "NS", "SOA", "TXT"]
Outcome = Literal["found", "no_data", "no_name", "failed", "unreachable"]
"""What came of a question: values; a name without such a record; no such name; a server that
does not answer for the name's zone; or no answer at all."""


@dataclass(frozen=True)
class Answer:
    """What one authoritative server says of a name."""

    name: str
    kind: Kind
    outcome: Outcome
    values: tuple[str, ...] = ()
    ttl: int | None = None
    """For how many seconds others may keep what was said, the shortest of all records."""
    server: str | None = None
    """The server that said it, or was asked in vain; None when none was found."""
    aliases: tuple[str, ...] = ()
    """The names that CNAME records led through, in order; the values are those of the last."""
    zone: str | None = None
    """The zone that the name itself lies in."""
    detail: str = ""
    """Why there are no values, for people."""
    is_unheard: bool = False
    """Whether nobody could be asked since no name server of our own answers: it is our fault."""

    @property
    def is_heard(self) -> bool:
        """Whether a server that answers for the zone said something."""
        return self.outcome in {"found", "no_data", "no_name"}


class Dns(Protocol):
    """The authoritative servers of any name's zone. Names are without their trailing dot."""

    def ask(self, name: str, kind: Kind, *, seconds: float = 8.0) -> Answer:
        """Say what is known of a name by one of its servers that can tell.

        Never raises: what goes wrong is the answer's outcome, with its reason.
        """

    def ask_each(self, name: str, kind: Kind, *, seconds: float = 8.0) -> tuple[Answer, ...]:
        """Ask every server of the name's zone at once; there is at least one answer.

        CNAME records are followed, across zones, for every kind but their own. It ends within
        the seconds given, and never raises.
        """

    def registered_name(self, name: str) -> str:
        """The part of a name that somebody registers, by the list of public suffixes; asks nobody.

        `example.co.uk` of `www.example.co.uk`; the name itself where nobody can register it.
        """


def settled(answers: tuple[Answer, ...]) -> Answer:
    """The one answer that tells most: values before none, and any before silence."""
    order: tuple[Outcome, ...] = ("found", "no_data", "no_name", "failed", "unreachable")
    return min(answers, key=lambda answer: order.index(answer.outcome))
