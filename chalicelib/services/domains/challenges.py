"""What a domain says of the order of its certificate, and of the proof that is shown for it."""

from __future__ import annotations

from chalicelib.domain.certificates import is_wildcard
from chalicelib.ports.authorities import Challenge, ChallengeKind
from chalicelib.ports.records import Record, Write
from chalicelib.ports.route_writes import RemoveChallenge

ORDER = "certificate_order"


def host_of(domain: Record) -> str:
    """The name that the certificate is for."""
    return str(domain.attributes["hostname"])


def kind_of(domain: Record) -> ChallengeKind:
    """How the name is proven."""
    return "dns-01" if is_wildcard(host_of(domain)) else "http-01"


def challenge_of(domain: Record) -> Challenge | None:
    """The challenge of the order; None where there is nothing to show."""
    known = domain.attributes.get(ORDER) or {}
    if not known.get("token"):
        return None
    return Challenge(
        kind_of(domain), known["token"], known["answer"], known["challenge_url"], begun=False
    )


def hidden(domain: Record) -> tuple[Write, ...]:
    """The writes with which the proxies show the proof of an order no longer."""
    challenge = challenge_of(domain)
    if challenge is None or challenge.kind != "http-01":
        return ()
    return (RemoveChallenge(challenge.token),)
