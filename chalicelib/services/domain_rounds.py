"""Which names are due, asked for once a minute, and each of them tended."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Literal

from chalicelib.domain import clock
from chalicelib.domain.errors import Stale
from chalicelib.ports.records import DUE_SHARDS, Record
from chalicelib.services.domain_checking import check
from chalicelib.services.tools import Tools

QUEUE = "domains"
PAGE = 500
"""How many names of one shard are asked for in one round, those that wait longest first."""
LATE_SECONDS = 600.0
"""A name that is due for longer than this is late."""

Outcome = Literal["checked", "not_due", "gone", "moved_on"]


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
    if domain.attributes["type"] == "custom" and _is_due(domain, "next_check_at", tools.now()):
        deployment = tools.records().get(domain.attributes["deployment_id"])
        if deployment is None:
            return "gone"
        try:
            domain = check(tools, domain, deployment)
        except Stale:
            return "moved_on"
    return "checked"


def _is_due(domain: Record, name: str, now: str) -> bool:
    moment = domain.attributes.get(name)
    return bool(moment) and str(moment) <= now
