"""What a customer's name must say to be verified, and what the answers of its servers mean.

Two records prove that a name is its tenant's and wants to lead here: a TXT record with the token
of this very addition, and a CNAME to the app's automatic name or addresses of the app proxies
alone. What several servers say differently is not proven: visitors would be told either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol

Verdict = Literal["ok", "missing", "wrong", "unreachable"]
LABEL = "_hoster-challenge"
MAX_NAME = 253
SHOWN = 10
"""How many values of a record are shown, and how many characters of each one."""
SHOWN_LENGTH = 255


class Heard(Protocol):
    """What one server says of a name (`chalicelib.ports.dns.Answer`)."""

    @property
    def values(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def aliases(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def ttl(self) -> int | None: ...  # noqa: D102
    @property
    def server(self) -> str | None: ...  # noqa: D102
    @property
    def zone(self) -> str | None: ...  # noqa: D102
    @property
    def outcome(self) -> str: ...  # noqa: D102
    @property
    def is_heard(self) -> bool: ...  # noqa: D102
    @property
    def detail(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Check:
    """What was found of one record."""

    type: str
    name: str
    expected: list[str]
    found: list[str]
    server: str | None
    ttl: int | None
    verdict: Verdict
    advice: str | None

    def document(self) -> dict[str, Any]:
        """Write it as it is stored and shown."""
        return asdict(self)


def proof_name(host: str) -> str:
    """Where the token of a name is to be found. It may be too long to exist."""
    return f"{LABEL}.{host}"


def can_be_proven(host: str) -> bool:
    """Whether the name of the proof fits into what a name may have."""
    return len(proof_name(host)) <= MAX_NAME


def instructions(
    host: str, token: str, target: str, addresses: Sequence[str], *, is_apex: bool
) -> list[dict[str, str]]:
    """The records to make, ready to paste: the first that a way here asks for comes first."""
    proof = {"type": "TXT", "name": proof_name(host), "value": token, "priority": "required"}
    if not is_apex:
        alias = {"type": "CNAME", "name": host, "value": target, "priority": "required"}
        return [proof, alias]
    alias = {"type": "ALIAS", "name": host, "value": target, "priority": "alternative"}
    if not addresses:
        return [proof, {**alias, "priority": "required"}]
    here = [
        {"type": _kind(one), "name": host, "value": one, "priority": "required"}
        for one in addresses
    ]
    return [proof, *here, alias]


def _kind(address: str) -> str:
    return "AAAA" if ":" in address else "A"


def check_proof(host: str, token: str, answers: Sequence[Heard]) -> Check:
    """Judge the TXT record: the token has to be among what each server says."""
    name = proof_name(host)
    advice = f"Make a TXT record {name} with the value {token}."
    if host in {one.zone for one in answers if one.zone}:
        advice += f" Many providers want the name without the domain: {LABEL}."
    return _judged(
        Check("TXT", name, [token], [], None, None, "missing", advice),
        answers,
        lambda answer: token in answer.values,
        lambda answer: answer.values,
    )


def check_way(
    host: str, target: str, addresses: Iterable[str], answers: Sequence[Heard], *, is_apex: bool
) -> Check:
    """Judge where a name leads: through the app's automatic name, or to proxies alone."""
    ours = frozenset(addresses)

    def leads_here(answer: Heard) -> bool:
        by_name = target in answer.aliases
        return by_name or (bool(answer.values) and ours.issuperset(answer.values))

    expected = sorted(ours) if is_apex and ours else [target, *sorted(ours)]
    if is_apex:
        to = f"an A record with {' or '.join(sorted(ours))}" if ours else "an ALIAS record"
        advice = f"Make {to} for {host}, or an ALIAS or ANAME record to {target}."
    else:
        advice = f"Make a CNAME record {host} to {target}, and no A record beside it."
    kind = "A" if is_apex else "CNAME"
    return _judged(
        Check(kind, host, expected, [], None, None, "missing", advice),
        answers,
        leads_here,
        lambda answer: (*answer.aliases, *answer.values),
    )


def _judged(
    wanted: Check,
    answers: Sequence[Heard],
    is_good: Callable[[Heard], bool],
    said: Callable[[Heard], tuple[str, ...]],
) -> Check:
    """Judge what the servers of a zone say: all that are heard have to be good.

    One that is not heard keeps nothing from being proven; where none is, nothing is known. That
    an alias ends nowhere counts as heard: its own server said where it leads.
    """
    heard = [one for one in answers if one.is_heard or one.aliases]
    if not heard:
        first = answers[0] if answers else None
        why = (first.detail if first else "") or "no name server answers"
        advice = f"The name servers of {wanted.name} cannot be asked: {why}."
        return _with(wanted, first, (), "unreachable", advice)
    bad = [one for one in heard if not is_good(one)]
    if not bad:
        lost = [one for one in answers if one not in heard]
        note = f"{lost[0].server} cannot be asked: {lost[0].detail}." if lost else None
        return _with(wanted, heard[0], said(heard[0]), "ok", note)
    worst = bad[0]
    verdict: Verdict = "wrong" if said(worst) else "missing"
    advice = wanted.advice or ""
    if len(bad) < len(heard):
        good = next(one for one in heard if one not in bad)
        advice = (
            f"{good.server} has it and {worst.server} does not: the zone's servers do not agree."
            " That passes when all have the newest zone."
        )
    elif worst.detail:
        advice = f"{advice} Now {worst.detail}."
    return _with(wanted, worst, said(worst), verdict, advice)


def _with(
    wanted: Check, by: Heard | None, found: tuple[str, ...], verdict: Verdict, advice: str | None
) -> Check:
    return Check(
        type=wanted.type,
        name=wanted.name,
        expected=wanted.expected,
        found=[one[:SHOWN_LENGTH] for one in found[:SHOWN]],
        server=by.server if by else None,
        ttl=by.ttl if by else None,
        verdict=verdict,
        advice=advice[:1000] if advice else None,
    )
