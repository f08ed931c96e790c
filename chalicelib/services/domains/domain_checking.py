"""Customers' names verified, and watched from then on: one look decides what becomes of one.

A name is its tenant's from the transaction that reserves it, which a look at its proof begins;
of several tenants who prove one name at once the first gets it. It stays so until it has not
been proven for the whole grace time: then it leads nowhere, and is free for who proves it next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from chalicelib.domain.domain_times import HOLDING, HOUR, Standing, Turn, due_at, later, turn
from chalicelib.domain.errors import Stale, Taken
from chalicelib.ports.records import Change, Check, Record, Reserve, Write
from chalicelib.ports.route_writes import SetAlias
from chalicelib.services.counters import host_key
from chalicelib.services.domains import certifying
from chalicelib.services.domains.automatic_names import automatic_name
from chalicelib.services.domains.domain_ends import let_go
from chalicelib.services.domains.domain_looks import Look, look_at
from chalicelib.services.tools import Tools

TRIES = 5
"""How often what was seen is written while others write."""
TAKEN = (
    "Another tenant has proven this name. It is theirs until they remove it, or until it stops"
    " pointing to their app."
)


@dataclass(frozen=True)
class News:
    """What a look makes of a name."""

    domain: Record
    deployment: Record
    look: Look
    decided: Turn
    fault: str

    @property
    def wins(self) -> bool:
        """Whether the name becomes its tenant's."""
        return self.decided.status in HOLDING and self.domain.status not in HOLDING

    @property
    def loses(self) -> bool:
        """Whether the name is its tenant's no longer."""
        return self.domain.status in HOLDING and self.decided.status not in HOLDING


def check(tools: Tools, domain: Record, deployment: Record, *, actor: str = "hoster") -> Record:
    """Look at a name, and write what becomes of it; returns its record as it is then.

    Raises `Stale` when others keep writing, or the app is gone.
    """
    look = look_at(tools, domain, deployment)
    for left in reversed(range(TRIES)):
        try:
            return _write(tools, domain, deployment, look, actor=actor)
        except Stale:
            found = tools.records().get(domain.id)
            home = tools.records().get(deployment.id)
            if not left or found is None or found.status == "removed" or home is None:
                raise
            domain, deployment = found, home
    return domain


def _write(tools: Tools, domain: Record, deployment: Record, look: Look, *, actor: str) -> Record:
    known = domain.attributes
    standing = Standing(
        status=domain.status,  # type: ignore[arg-type]  # the resource's states
        since=known["since"],
        looks=int(known.get("looks") or 0),
        doubts=int(known.get("doubts") or 0),
    )
    decide = partial(
        turn,
        standing,
        now=tools.now(),
        grace_hours=tools.settings().domain_grace_hours,
        salt=domain.id,
    )
    news = News(domain, deployment, look, decide(look.seen), look.fault)
    try:
        return _commit(tools, news, actor)
    except Taken:
        # Proven, and another's: it stays as it is, as if it were not.
        return _commit(tools, replace(news, decided=decide("unproven"), fault=TAKEN), actor)


def _commit(tools: Tools, news: News, actor: str) -> Record:
    domain, status = news.domain, news.decided.status
    attributes = _attributes(tools, news)
    change = Change(
        of=domain,
        status=status if status != domain.status else None,
        attributes=attributes,
        # A certificate that is being asked for is asked for no longer.
        clear_work=news.loses,
        generation=domain.generation + 1 if news.loses else None,
        if_version=domain.version,
    )
    tools.records().commit(
        change,
        Check(news.deployment),
        *_moved(tools, news),
        *_told(tools, news, attributes, actor),
    )
    return tools.records().get(domain.id) or replace(
        domain, status=status, attributes={**domain.attributes, **attributes}
    )


def _attributes(tools: Tools, news: News) -> dict[str, Any]:
    now, known, decided = tools.now(), news.domain.attributes, news.decided
    since = known["since"] if decided.status == news.domain.status else now
    grace = tools.settings().domain_grace_hours * HOUR
    told = {
        "records": [check.document() for check in news.look.checks],
        "is_apex": news.look.is_apex,
        "seen_proxies": list(news.look.proxies),
        "is_unheard": news.look.seen == "unheard",
        "checked_at": now,
        "last_check_error": news.fault or None,
        "since": since,
        "looks": decided.looks,
        "doubts": decided.doubts,
        "next_check_at": decided.next_at,
        "unrouted_after": later(since, grace) if decided.status == "failing" else None,
        "verification_method": news.look.method or known.get("verification_method"),
        "verified_at": now if news.wins else known.get("verified_at"),
        **(certifying.FORGOTTEN if news.loses else {}),
    }
    after = replace(news.domain, status=decided.status, attributes={**known, **told})
    return {**told, "due_at": due_of(after)}


def due_of(domain: Record) -> str | None:
    """When something is to be done about a name next; work in hand says so at its own end."""
    at = None if domain.work is not None else certifying.next_at(domain)
    return due_at(domain.attributes, at)


def _moved(tools: Tools, news: News) -> tuple[Write, ...]:
    """What the app proxies are told: a name that becomes the app's, or is so no longer."""
    host, deployment = news.domain.attributes["hostname"], news.deployment
    if news.wins:
        target = automatic_name(deployment)
        alias = SetAlias(host=host, deployment=deployment.id, of=target, at=tools.now())
        return (Reserve(host_key(host), news.domain.id), alias)
    return let_go(news.domain) if news.loses else ()


def _told(tools: Tools, news: News, attributes: dict[str, Any], actor: str) -> tuple[Write, ...]:
    """One event of the app for each change that its owner should know of."""
    name = _event(news)
    if not name:
        return ()
    said: dict[str, Any] = {"hostname": news.domain.attributes["hostname"]}
    if name in {"domain_failing", "domain_unrouted", "domain_gave_up"}:
        said["detail"] = news.fault
    if name == "domain_failing":
        said["until"] = attributes["unrouted_after"]
    return (tools.told(news.deployment, name, actor, **said),)


def _event(news: News) -> str:
    before, after = news.domain.status, news.decided.status
    if before == after:
        told_before = news.domain.attributes.get("last_check_error") == TAKEN
        return "domain_name_taken" if news.fault == TAKEN and not told_before else ""
    if after == "verified":
        return "domain_recovered" if before == "failing" else "domain_verified"
    return {"failing": "domain_failing", "unrouted": "domain_unrouted"}.get(after, "domain_gave_up")
