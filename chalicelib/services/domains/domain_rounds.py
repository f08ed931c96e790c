"""Which names are due, asked for once a minute, and each of them tended."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Literal

from chalicelib.domain import clock
from chalicelib.domain.domain_times import DOUBT, later
from chalicelib.domain.errors import Stale
from chalicelib.ports.records import DUE_SHARDS, Change, Record
from chalicelib.services.domains import certifying
from chalicelib.services.domains.domain_checking import check, due_of
from chalicelib.services.tools import Tools

QUEUE = "domains"
PAGE = 500
"""How many names of one shard are asked for in one round, those that wait longest first."""
LATE_SECONDS = 600.0
"""A name that is due for longer than this is late."""

Outcome = Literal["checked", "unheard", "not_due", "gone", "moved_on"]


@dataclass(frozen=True)
class Due:
    """Asks for a look at one name."""

    domain: str


def read(message: Any) -> Due:
    """Read a message. Raises `ValueError` for what is none."""
    try:
        made = Due(**message)
    except TypeError as error:
        raise ValueError(str(message)[:100]) from error
    if not isinstance(made.domain, str):
        raise ValueError(str(message)[:100])
    return made


def ask_for_checks(tools: Tools) -> tuple[int, int]:
    """Ask for a look at each name that is due; returns how many, and how many of them are late."""
    now, asked, late = tools.now(), 0, 0
    before = clock.text_of(clock.moment_of(now) - timedelta(seconds=LATE_SECONDS))
    for shard in range(DUE_SHARDS):
        due = tools.records().due("domains", shard, before=now, limit=PAGE)
        if due:
            late += len(tools.records().due("domains", shard, before=before, limit=PAGE))
            tools.queue(QUEUE).send_all([asdict(Due(one)) for one in due])
        asked += len(due)
    return asked, late


def tend(tools: Tools, domain_id: str) -> Outcome:
    """Do what is due about a name. What was done meanwhile is not done again."""
    domain = tools.records().get(domain_id)
    if domain is None or domain.type != "domains" or domain.status == "removed":
        return "gone"
    if not _is_due(domain, "due_at", tools.now()):
        return "not_due"
    is_unheard = False
    if domain.attributes["type"] == "custom" and _is_due(domain, "next_check_at", tools.now()):
        deployment = tools.records().get(domain.attributes["deployment_id"])
        if deployment is None:
            return "gone"
        try:
            domain = check(tools, domain, deployment)
        except Stale:
            return "moved_on"
        is_unheard = bool(domain.attributes["is_unheard"])
    outcome = _certified(tools, domain)
    return "unheard" if is_unheard and outcome == "checked" else outcome


def _certified(tools: Tools, domain: Record) -> Outcome:
    """Begin the work on a certificate that is wanted, and let the name be due when it is next."""
    domain = certifying.tend(tools, domain)
    due = due_of(domain)
    if due != domain.attributes.get("due_at"):
        change = Change(of=domain, attributes={"due_at": due}, if_version=domain.version)
        try:
            tools.records().commit(change)
        except Stale:
            return "moved_on"
    return "checked"


def put_off(tools: Tools, domain_id: str) -> None:
    """Leave a name alone for a while whose look broke, so that it is not first in each round."""
    domain = tools.records().get(domain_id)
    if domain is None or domain.status == "removed" or not _is_due(domain, "due_at", tools.now()):
        return
    due = later(tools.now(), DOUBT)
    with suppress(Stale):
        tools.records().commit(
            Change(of=domain, attributes={"due_at": due}, if_version=domain.version)
        )


def ask_at_once(tools: Tools, domain: Record) -> None:
    """Have a name tended in a moment that is due now, in place of with the next round."""
    if _is_due(domain, "due_at", tools.now()):
        tools.queue(QUEUE).send(asdict(Due(domain.id)))


def _is_due(domain: Record, name: str, now: str) -> bool:
    moment = domain.attributes.get(name)
    return bool(moment) and str(moment) <= now
