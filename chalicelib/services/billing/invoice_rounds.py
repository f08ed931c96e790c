"""Whose invoices are tended when: every account's daily, and those of a month that is over.

The same queue brings a template's new price and version to the apps of it, and has plans told to
the gateway.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.billing.month import Month
from chalicelib.ports.records import DUE_SHARDS
from chalicelib.services.billing import invoicing
from chalicelib.services.catalogue import offered_versions, shown_prices
from chalicelib.services.catalogue.offered_versions import Offered
from chalicelib.services.catalogue.shown_prices import Priced
from chalicelib.services.catalogue.template_apps import QUEUE
from chalicelib.services.metering import open_runs
from chalicelib.services.plans import plan_changes
from chalicelib.services.plans.plan_changes import Planned
from chalicelib.services.tools import Tools

PAGE = 1000
AT_ONCE = 100
"""Invoices that are read together: with their items they are large."""
RUN_IN_DOUBT = "run_in_doubt"
"""What is told of each app whose record and books do not agree on whether it runs."""
LATE_SECONDS = 86_400.0
"""A draft that should have been closed for longer than this is late."""


@dataclass(frozen=True)
class Account:
    """Asks for one account's invoices to be tended, from a month on whose draft is open."""

    owner: str
    since: str = ""


@dataclass(frozen=True)
class Rest:
    """Asks for those of the accounts of a shard that come after one."""

    shard: int
    after: str


Asked = Account | Rest | Priced | Offered | Planned


def read(message: Any) -> Asked:
    """Read a message. Raises `ValueError` for what is none."""
    for kind in (Account, Rest, Priced, Offered, Planned):
        try:
            return kind(**message)
        except TypeError:
            continue
    raise ValueError(str(message)[:100])


def ask_for_all(tools: Tools, shard: int, *, seconds: float, after: str = "") -> int:
    """Ask for every account of a shard that ever ran anything; returns for how many.

    What is left after some seconds is left to the consumer of the queue, by a message.
    """
    queue, count, begun = tools.queue(QUEUE), 0, tools.now()
    while owners := tools.runs().accounts(shard, after=after, limit=PAGE):
        queue.send_all([asdict(Account(owner)) for owner in owners])
        count, after = count + len(owners), owners[-1]
        if clock.seconds_between(begun, tools.now()) >= seconds:
            queue.send(asdict(Rest(shard, after)))
            break
    return count


def ask_for_closing(tools: Tools) -> tuple[int, int]:
    """Ask for the accounts of drafts whose month is over; returns how many, and how many are late.

    Drafts alone: what never had one is closed by the daily round.
    """
    now, asked, late = tools.now(), 0, 0
    before = clock.text_of(clock.moment_of(now) - timedelta(seconds=LATE_SECONDS))
    for shard in range(DUE_SHARDS):
        due = tools.records().due("invoices", shard, before=now, limit=PAGE)
        ids = tuple(due)
        for place in range(0, len(ids), AT_ONCE):
            found = tools.records().get_many(ids[place : place + AT_ONCE]).values()
            drafts = [invoice for invoice in found if invoice.status == "draft"]
            tools.queue(QUEUE).send_all(
                [asdict(Account(one.owner, one.attributes["month"])) for one in drafts]
            )
            asked += len(drafts)
            late += sum(due[draft.id] <= before for draft in drafts)
    return asked, late


def tend(tools: Tools, message: Asked, *, seconds: float) -> Counter[str]:
    """Do what a message asks for."""
    if isinstance(message, Planned):
        return Counter([f"plan_{plan_changes.tend(tools, message.subscription)}"])
    if isinstance(message, Account):
        since = Month.of(message.since) if message.since else None
        tended = invoicing.tend(tools, message.owner, since=since)
        tended[RUN_IN_DOUBT] += len(open_runs.in_doubt(tools, message.owner))
        tended += shown_prices.follow_running(tools, message.owner)
        return tended + offered_versions.follow_running(tools, message.owner)
    if isinstance(message, Priced):
        return shown_prices.follow(tools, message, seconds=seconds)
    if isinstance(message, Offered):
        return offered_versions.follow(tools, message, seconds=seconds)
    asked = ask_for_all(tools, message.shard, after=message.after, seconds=seconds)
    return Counter(asked=asked)
