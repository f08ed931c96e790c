"""The look at a domain before a certificate is asked for: it predicts what the authority meets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import monotonic
from typing import Any

from chalicelib.domain.certificates import REACHABLE, is_wildcard
from chalicelib.domain.errors import CaaForbids, PreflightFailed, ProductError, RateLimited
from chalicelib.domain.preflight import (
    Seen,
    Verdict,
    address_verdict,
    caa_verdict,
    cut,
    name_verdict,
    names_to_climb,
    port_verdict,
)
from chalicelib.ports.dns import Answer, settled
from chalicelib.ports.records import Record
from chalicelib.services.domains import order_budgets
from chalicelib.services.domains.authority_accounts import account_url
from chalicelib.services.tools import Tools

PATIENCE = 4.0
"""Seconds for each question to name servers."""
CLIMB = 30.0
"""Seconds for the questions for CAA records altogether."""
MOST_ADDRESSES = 8


def look(tools: Tools, domain: Record) -> tuple[list[Verdict], ProductError | None]:
    """Every verdict on a domain, and the error that they come to, if any."""
    host = str(domain.attributes["hostname"])
    budget, wait = order_budgets.verdict(tools, domain)
    verdicts = [name_verdict(host), _caa(tools, host), *_ways(tools, host), budget]
    return verdicts, _error(verdicts, wait)


def document(verdicts: list[Verdict]) -> list[dict[str, Any]]:
    """Write verdicts as they are stored and shown."""
    return [verdict.document() for verdict in verdicts]


def _error(verdicts: list[Verdict], wait: int) -> ProductError | None:
    bad = [verdict for verdict in verdicts if not verdict.ok]
    if not bad:
        return None
    detail = cut(" ".join(verdict.sentence for verdict in bad))
    kinds = {verdict.check for verdict in bad}
    if kinds == {"budget"}:
        return RateLimited(detail, retry_after=wait)
    return CaaForbids(detail) if kinds == {"caa"} else PreflightFailed(detail)


def _caa(tools: Tools, host: str) -> Verdict:
    """Climb from the name to its top level, until there are CAA records."""
    until = monotonic() + CLIMB
    for name in names_to_climb(host):
        left = until - monotonic()
        if left <= 0:
            answer = Answer(name, "CAA", "unreachable", detail=f"{CLIMB:.0f} s were not enough")
        else:
            answer = tools.dns().ask(name, "CAA", seconds=min(PATIENCE, left))
        if not answer.is_heard:
            detail = f"The name servers of {name} do not tell its CAA records: {answer.detail}"
            return Verdict(
                "caa",
                ok=False,
                detail=detail.removesuffix(".") + ".",
                advice="Certificate authorities refuse then; mend the name servers.",
            )
        if answer.values:
            return caa_verdict(
                host,
                name,
                answer.values,
                authorities=tools.settings().authority_names,
                method=_method(host),
                account=account_url(tools),
            )
    return Verdict("caa", ok=True, detail="No CAA record stands in the way.")


def _method(host: str) -> str:
    return "dns-01" if is_wildcard(host) else "http-01"


def _ways(tools: Tools, host: str) -> Iterator[Verdict]:
    """The ways that the authority comes by; a wildcard is proven in its zone alone."""
    if is_wildcard(host):
        return
    answers = [
        settled(tools.dns().ask_each(host, kind, seconds=PATIENCE)) for kind in ("A", "AAAA")
    ]
    found = [address for answer in answers for address in answer.values]
    expected = proxies(tools)
    verdict = address_verdict(host, found, expected, why_none=_why_none(answers))
    yield verdict
    if verdict.ok:
        yield _port(tools, host, within_reach(found)[:MOST_ADDRESSES])


def _why_none(answers: list[Answer]) -> str:
    return next((answer.detail for answer in answers if not answer.is_heard), "")


def _port(tools: Tools, host: str, addresses: Iterable[str]) -> Verdict:
    port = tools.settings().challenge_port
    return port_verdict(host, port, {one: _seen(tools, one, port, host) for one in addresses})


def _seen(tools: Tools, address: str, port: int, host: str) -> Seen:
    said = tools.probes().text(address, port, host, REACHABLE)
    if said is None:
        return "silent"
    return "ours" if said.strip() == tools.settings().installation else "other"


def within_reach(addresses: Iterable[str]) -> tuple[str, ...]:
    """The addresses that are looked at: those of IPv4, since functions have no IPv6.

    That the proxies answer over IPv6 too is what whoever runs them sees to.
    """
    return tuple(one for one in addresses if ":" not in one)


def proxies(tools: Tools) -> tuple[str, ...]:
    """The addresses of the app proxies: as configured, or where automatic names lead."""
    configured = tools.settings().proxy_addresses
    if configured:
        return configured
    name = f"hoster-check.{tools.settings().apps_domain}"
    answers = (tools.dns().ask(name, kind, seconds=PATIENCE) for kind in ("A", "AAAA"))
    return tuple(address for answer in answers for address in answer.values)
