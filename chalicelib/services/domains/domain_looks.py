"""What a customer's name says now, asked at the servers of its zone within one deadline."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from functools import partial

from chalicelib.domain.domain_checks import Check, check_proof, check_way, proof_name
from chalicelib.domain.domain_times import Seen
from chalicelib.ports.dns import Answer, Kind
from chalicelib.ports.records import Record
from chalicelib.services.domains.automatic_names import automatic_name
from chalicelib.services.tools import Tools

SECONDS = 8.0
"""How long one look may take."""


@dataclass(frozen=True)
class Look:
    """What was seen of a name: its two records, judged."""

    checks: tuple[Check, ...]
    is_apex: bool
    proxies: tuple[str, ...]
    """The proxies' addresses that A records were compared with."""
    method: str | None
    """By which record it leads here, if it does."""
    is_unheard: bool = False
    """Whether an answer is missing since our own name servers do not answer."""

    @property
    def seen(self) -> Seen:
        """What is proven by it."""
        verdicts = {check.verdict for check in self.checks}
        if verdicts == {"ok"}:
            return "proven"
        if self.is_unheard:
            return "unheard"
        return "unproven" if verdicts & {"missing", "wrong"} else "unknown"

    @property
    def fault(self) -> str:
        """What is to be put right first; empty where nothing is."""
        bad = next((check for check in self.checks if check.verdict != "ok"), None)
        return (bad.advice or f"{bad.type} {bad.name} is {bad.verdict}.") if bad else ""


def look_at(tools: Tools, domain: Record, deployment: Record) -> Look:
    """Ask for the proof of a name, and for where it leads; raises nothing of the DNS."""
    host, token = domain.attributes["hostname"], domain.attributes["token"]
    target, ours = automatic_name(deployment), tools.settings().proxy_addresses
    questions: list[tuple[str, Kind]] = [(proof_name(host), "TXT"), (host, "A")]
    if not ours:
        questions.append((target, "A"))
    proof, way, *proxies = _asked(tools, questions)
    silence = ""
    for answer in proxies:
        ours = tuple(sorted({value for one in answer for value in one.values}))
        if not ours:
            ours = tuple(domain.attributes.get("seen_proxies") or ())
            silence = "" if ours else _silence(answer)
    is_apex = host in {one.zone for one in way} or bool(
        domain.attributes.get("is_apex") and not any(one.zone for one in way)
    )
    on_way = check_way(host, target, ours, way, is_apex=is_apex)
    if silence and on_way.verdict == "wrong":
        # It may lead to the proxies: nobody can say where they are.
        advice = f"The addresses of the app proxies cannot be asked for: {silence}."
        on_way = replace(on_way, verdict="unreachable", advice=advice)
    by_name = on_way.verdict == "ok" and target in on_way.found
    by_address = "a_record" if on_way.verdict == "ok" else None
    return Look(
        checks=(check_proof(host, token, proof), on_way),
        is_apex=is_apex,
        proxies=ours,
        method="cname" if by_name else by_address,
        is_unheard=any(one.is_unheard for answers in (proof, way, *proxies) for one in answers),
    )


def _silence(answers: tuple[Answer, ...]) -> str:
    """Why nobody answers; empty where somebody does."""
    if any(one.is_heard for one in answers):
        return ""
    return next((one.detail for one in answers if one.detail), "no name server answers")


def _asked(tools: Tools, questions: list[tuple[str, Kind]]) -> list[tuple[Answer, ...]]:
    """Ask everything at once."""
    dns = tools.dns()
    asking = [
        partial(copy_context().run, dns.ask_each, name, kind, seconds=SECONDS)
        for name, kind in questions
    ]
    with ThreadPoolExecutor(max_workers=len(asking)) as pool:
        return [future.result() for future in [pool.submit(one) for one in asking]]
