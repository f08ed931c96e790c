"""When a domain gets a certificate, and how the work on it ends.

The work never changes what the domain is: it keeps its status, and says in `certificate_error`
what went wrong and when it is tried again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.certificates import failure, renewal_at
from chalicelib.domain.errors import CaaForbids, Conflict, NotReady, PreflightFailed, Stale
from chalicelib.ports.records import DUE_SHARDS, Change, Create, Record, Reserve, Write
from chalicelib.ports.route_writes import RemoveCertificate, SetAlias
from chalicelib.services.counters import host_key
from chalicelib.services.domains.authority_accounts import OWNER
from chalicelib.services.domains.challenges import ORDER, hidden, host_of
from chalicelib.services.domains.issuing import withdraw_record
from chalicelib.services.tools import Tools
from chalicelib.services.work.failures import reason_of
from chalicelib.services.work.paces import learn
from chalicelib.services.work.work import begin_work

KIND = "certify"
CERTIFIED = frozenset({"verified"})
"""The states in which a domain gets certificates."""
ROUTED = frozenset({"verified", "failing"})
"""The states in which it leads to its app."""
THEIRS = frozenset({PreflightFailed.code, CaaForbids.code})
"""What owners alone can put right."""
DAY = 86_400
PAGE = 500
TRIES = 5
NEVER = "9999-01-01T00:00:00.000Z"


# When ---------------------------------------------------------------------------------------


def next_at(domain: Record) -> str | None:
    """When the next certificate is asked for; None for a domain that gets none."""
    if domain.status not in CERTIFIED:
        return None
    known = domain.attributes
    due = known.get("certificate_due_at")
    if due:
        return str(due)
    certificate = known.get("certificate")
    if certificate:
        return renewal_at(certificate["not_before"], certificate["not_after"])
    return str(known.get("verified_at") or domain.created_at)


def is_wanted(tools: Tools, domain: Record) -> bool:
    """Whether a certificate is asked for now."""
    at = next_at(domain)
    return at is not None and domain.work is None and at <= tools.now()


def tend(tools: Tools, domain: Record) -> Record:
    """Begin the work on a certificate where one is wanted; returns the domain as it is then."""
    if not is_wanted(tools, domain):
        return domain
    try:
        return begin_work(tools, domain, kind=KIND, actor="hoster", status=None)
    except Conflict:
        return tools.records().get(domain.id) or domain


def days_left(tools: Tools, domain: Record) -> float | None:
    """How many days the certificate of a domain is valid still; None where there is none."""
    known = domain.attributes.get("certificate")
    if not known:
        return None
    return clock.seconds_between(tools.now(), known["not_after"]) / DAY


def least_days(tools: Tools) -> dict[str, float]:
    """How many days the certificate is valid still that ends first, by type of domain.

    Names whose owners stand in the way of a new one are left out: they are told themselves.
    """
    least: dict[str, float] = {}
    for domain in _all(tools):
        days, kind = days_left(tools, domain), str(domain.attributes["type"])
        if days is not None and not (kind == "custom" and _is_in_the_way(domain)):
            least[kind] = min(days, least.get(kind, days))
    return least


def _is_in_the_way(domain: Record) -> bool:
    return domain.status == "failing" or domain.attributes.get("certificate_error_code") in THEIRS


def _all(tools: Tools) -> Iterator[Record]:
    """Every domain that something is to be done about some day, a page at a time."""
    for shard in range(DUE_SHARDS):
        seen: frozenset[str] = frozenset()
        after = ""
        while True:
            due = tools.records().due("domains", shard, before=NEVER, limit=PAGE, after=after)
            fresh = tuple(one for one in due if one not in seen)
            if not fresh:
                break
            yield from tools.records().get_many(fresh).values()
            # By what the index says: the records are further on by now.
            seen, after = frozenset(due), max(due.values())


# How it ends --------------------------------------------------------------------------------


def finish(tools: Tools, domain: Record) -> None:
    """End the work: the proxies serve the certificate."""
    known = domain.attributes["certificate"]
    due = renewal_at(known["not_before"], known["not_after"])
    attributes = {
        "ssl_enabled": True,
        "ssl_expires_at": known["not_after"],
        "certificate_error": None,
        "certificate_error_code": None,
        "certificate_failures": 0,
        "certificate_due_at": due,
    }
    told = tools.told(
        domain, "certificate_served", "hoster", host=host_of(domain), until=known["not_after"]
    )
    _end(tools, domain, attributes, due, told)
    learn(tools, domain)


def undo(tools: Tools, domain: Record, error: str) -> None:
    """End work that failed: the proof is taken back, and the reason and the next try are said.

    The order and its key stay on the record, so that the next try goes on with them.
    """
    withdraw_record(tools, domain)
    code, detail = reason_of(tools, domain, error)
    attributes = failure(domain.attributes, tools.now(), code=code, detail=detail)
    told = tools.told(
        domain, "certificate_failed", "hoster", host=host_of(domain), code=code, detail=detail
    )
    _end(tools, domain, attributes, attributes["certificate_due_at"], told, *hidden(domain))


def _end(tools: Tools, domain: Record, attributes: dict[str, Any], due: str, *more: Write) -> None:
    """End the work; the domain is due for its next certificate, or sooner as it is by now.

    Raises `NotReady` when others keep writing.
    """
    found: Record | None = domain
    for _ in range(TRIES):
        if found is None or found.generation != domain.generation or found.work is None:
            raise Stale("This work was superseded.")
        known = found.attributes.get("due_at")
        sooner = min(str(known), due) if known else due
        change = Change(
            of=found,
            attributes={**attributes, "due_at": sooner},
            clear_work=True,
            if_generation=domain.generation,
            if_working=True,
            if_version=found.version,
        )
        try:
            tools.records().commit(change, *more)
        except Stale:
            found = tools.records().get(domain.id)
        else:
            return
    raise NotReady("The domain changed at this moment; the step is tried again.")


# What goes with a domain --------------------------------------------------------------------


def dropped(domain: Record) -> tuple[Write, ...]:
    """The writes with which a name has no certificate and shows no proof any more.

    They stand behind the `RemoveRoute` of the name in one commit.
    """
    return (RemoveCertificate(host_of(domain)), *hidden(domain))


FORGOTTEN: dict[str, Any] = {
    "certificate": None,
    "certificate_due_at": None,
    "ssl_enabled": False,
    "ssl_expires_at": None,
    "hsts": None,
    "certificate_error": None,
    "certificate_error_code": None,
    ORDER: None,
}
"""What a domain says whose certificate was dropped."""


def set_hsts(tools: Tools, domain: Record, *, hsts: bool, of: str, actor: str) -> Record:
    """Have browsers told, or not, to use HTTPS alone for a name.

    `of` is the automatic name of the app that it leads to. Raises `Conflict` with code
    `no_certificate` where there is none: its visitors would be locked out.
    """
    if hsts and not domain.attributes.get("certificate"):
        detail = "There is no certificate for this name yet: its visitors would be locked out."
        raise Conflict(detail, code="no_certificate")
    writes: list[Write] = [
        Change(of=domain, attributes={"hsts": hsts}, if_version=domain.version),
        tools.told(domain, "updated", actor, fields="hsts"),
    ]
    if domain.status in ROUTED:
        app = str(domain.attributes["deployment_id"])
        writes.append(SetAlias(host_of(domain), app, of, tools.now(), hsts=hsts))
    try:
        tools.records().commit(*writes)
    except Stale as error:
        raise Conflict("The domain changed meanwhile; try again.", code="conflict") from error
    return tools.records().get(domain.id) or domain


# The installation's own name ----------------------------------------------------------------


def wildcard_id(host: str) -> str:
    """The id of the record of a wildcard name: there is one for each."""
    return f"dom_{hashlib.sha256(host.encode()).hexdigest()[:16]}"


def tend_wildcard(tools: Tools) -> Record | None:
    """Have the apps' domain its wildcard certificate; None where no zone can be written in."""
    if not tools.settings().dns_updates:
        return None
    host = f"*.{tools.settings().apps_domain}"
    found = tools.records().get(wildcard_id(host)) or _made_wildcard(tools, host)
    return tend(tools, found)


def _made_wildcard(tools: Tools, host: str) -> Record:
    now = tools.now()
    made = Record(
        id=wildcard_id(host),
        type="domains",
        owner=OWNER,
        status="verified",
        created_at=now,
        updated_at=now,
        attributes={"hostname": host, "type": "wildcard", "verified_at": now, "due_at": now},
    )
    try:
        tools.records().commit(Create(made), Reserve(host_key(host), made.id))
    except Stale:
        return tools.records().get(made.id) or made
    return made
