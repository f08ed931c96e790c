"""What predicts that a certificate authority would refuse a name, and what to change about it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from chalicelib.domain.certificates import is_wildcard
from chalicelib.domain.hostnames import checked_host

Subject = Literal["name", "caa", "address", "port", "budget"]
Seen = Literal["ours", "other", "silent"]
"""What answers at an address: our proxies, something else, or nothing."""

NAMED, LONGEST = 5, 1000
"""How many of what others chose are named, and how many characters a text may have."""
ENTRY = re.compile(r'(\d{1,3})\s+([A-Za-z0-9]+)\s+"?(.*?)"?\s*', re.DOTALL)
CRITICAL = 128
KNOWN_TAGS = frozenset({"issue", "issuewild", "iodef", "issuemail", "issuevmc", "contactemail"})


@dataclass(frozen=True)
class Verdict:
    """What one look came to; `advice` says what to change where it is not well."""

    check: Subject
    ok: bool
    detail: str
    advice: str | None = None

    @property
    def sentence(self) -> str:
        """Both as one text."""
        return cut(f"{self.detail} {self.advice}" if self.advice else self.detail)

    def document(self) -> dict[str, Any]:
        """Write it as it is stored and shown."""
        advice = cut(self.advice) if self.advice else self.advice
        return {**asdict(self), "detail": cut(self.detail), "advice": advice}


@dataclass(frozen=True)
class Caa:
    """One CAA record."""

    flags: int
    tag: str
    value: str

    @property
    def authority(self) -> str:
        """Whom it names; empty for nobody."""
        return self.value.partition(";")[0].strip().lower()

    @property
    def terms(self) -> dict[str, str]:
        """On what terms, by their names."""
        pairs = (part.partition("=") for part in self.value.split(";")[1:])
        return {name.strip().lower(): value.strip() for name, _, value in pairs}


def cut(text: str) -> str:
    """Cut a text that holds what others chose to what one reads."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def listed(texts: Sequence[str]) -> str:
    """Name the first few, and how many more there are."""
    named = ", ".join(text[:100] for text in texts[:NAMED])
    return f"{named} and {len(texts) - NAMED} more" if len(texts) > NAMED else named


def read_caa(text: str) -> Caa:
    """Read a record such as `0 issue "letsencrypt.org"`; what is none is one that nobody knows."""
    found = ENTRY.fullmatch(text)
    if found is None:
        return Caa(CRITICAL, "unreadable", text)
    return Caa(int(found[1]), found[2].lower(), found[3])


def names_to_climb(host: str) -> tuple[str, ...]:
    """Where CAA records of a name may lie, the nearest first (RFC 8659)."""
    labels = host.removeprefix("*.").split(".")
    return tuple(".".join(labels[at:]) for at in range(len(labels)))


def caa_verdict(
    host: str,
    at: str,
    texts: Sequence[str],
    *,
    authorities: Sequence[str],
    method: str,
    account: str = "",
) -> Verdict:
    """Whether the nearest CAA records, those found `at` a name, let our authority serve a host."""
    records = [read_caa(text) for text in texts]
    advice = f'Add to {at} a CAA record: 0 issue "{authorities[0]}".'
    unknown = [r for r in records if r.flags & CRITICAL and r.tag not in KNOWN_TAGS]
    if unknown:
        detail = f"A CAA record of {at} demands {unknown[0].tag[:100]}, which nobody can honour."
        return Verdict("caa", ok=False, detail=detail, advice="Remove that record.")
    named = [r for r in records if r.tag == "issuewild"] if is_wildcard(host) else []
    if named:
        advice = f'Add to {at} a CAA record: 0 issuewild "{authorities[0]}".'
    named = named or [r for r in records if r.tag == "issue"]
    if not named:
        return Verdict("caa", ok=True, detail="No CAA record stands in the way.")
    ours = [r for r in named if r.authority in authorities]
    if not ours:
        others = listed(sorted({r.authority or "nobody" for r in named}))
        detail = (
            f"The CAA records of {at} let {others} give certificates, and not {authorities[0]}."
        )
        return Verdict("caa", ok=False, detail=detail, advice=advice)
    if not any(_accepts(r.terms, method, account) for r in ours):
        detail = (
            f"The CAA records of {at} name {authorities[0]}, on terms that do not fit {method}."
        )
        return Verdict("caa", ok=False, detail=detail, advice=f"{advice[:-1]}, without terms.")
    return Verdict("caa", ok=True, detail=f"The CAA records of {at} name {authorities[0]}.")


def _accepts(terms: Mapping[str, str], method: str, account: str) -> bool:
    methods = terms.get("validationmethods", method).split(",")
    return (
        method in {one.strip() for one in methods} and terms.get("accounturi", account) == account
    )


def name_verdict(host: str) -> Verdict:
    """Whether a certificate can be for such a name at all."""
    if checked_host(host.removeprefix("*.")) != host.removeprefix("*."):
        detail = f"{host} is no host name that a certificate can be for."
        advice = "Use a name of letters, digits and hyphens; an international one in its xn-- form."
        return Verdict("name", ok=False, detail=detail, advice=advice)
    return Verdict("name", ok=True, detail="A certificate can be for this name.")


def address_verdict(
    host: str, found: Sequence[str], expected: Sequence[str], *, why_none: str = ""
) -> Verdict:
    """Whether every address of a name is one of the proxies'."""
    ours = listed(expected)
    if not found:
        detail = (
            f"{host} has no address{f': {why_none}' if why_none else '.'}".removesuffix(".") + "."
        )
        advice = f"Let it lead to {ours}." if ours else "Let it lead to its app's automatic name."
        return Verdict("address", ok=False, detail=detail, advice=advice)
    astray = sorted(set(found) - set(expected))
    if astray:
        detail = f"{host} leads to {listed(astray)} too, which is not an app proxy."
        if len(astray) == len(set(found)):
            detail = f"{host} leads to {listed(astray)}, and not to the app proxies."
        kinds = "AAAA" if all(":" in one for one in astray) else "A"
        advice = f"Remove the {kinds} records of {listed(astray)}; the proxies are at {ours}."
        return Verdict("address", ok=False, detail=detail, advice=advice)
    return Verdict("address", ok=True, detail=f"{host} leads to {listed(found)} alone.")


def port_verdict(host: str, port: int, seen: Mapping[str, Seen]) -> Verdict:
    """Whether the proxies answer where the authority will ask, at each address."""
    silent = [address for address, what in seen.items() if what == "silent"]
    if silent:
        detail = f"Nothing answers for {host} on port {port} of {listed(silent)}."
        advice = "Let the firewall or load balancer before the app proxies pass that port."
        return Verdict("port", ok=False, detail=detail, advice=advice)
    others = [address for address, what in seen.items() if what == "other"]
    if others:
        detail = f"Something else than the app proxies answers on port {port} of {listed(others)}."
        advice = "Switch off redirects and caches before the app proxies for /.well-known/."
        return Verdict("port", ok=False, detail=detail, advice=advice)
    return Verdict("port", ok=True, detail=f"The app proxies answer on port {port}.")


def budget_verdict(what: str, wait: int) -> Verdict:
    """Whether the authority would still take an order, by our own count."""
    if wait:
        detail = f"{what} is used up: the certificate authority would take no order for {wait} s."
        advice = "There is nothing to change; it is tried again by itself then."
        return Verdict("budget", ok=False, detail=detail, advice=advice)
    return Verdict("budget", ok=True, detail="The certificate authority's limits leave room.")
