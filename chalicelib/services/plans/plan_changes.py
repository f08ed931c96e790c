"""Have the gateway give accounts the plans that they paid for, and take them back in time.

What the gateway should know is written in the transaction of the payment, and told here until the
gateway says yes: by a message at once, and every minute by whatever is due. One at a time speaks
of an account. While a request may be worked on that got no answer, nobody says anything else, so
that an old word never lands behind a newer one.
"""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Literal

from chalicelib.domain import clock
from chalicelib.domain.billing.subscription import FREE
from chalicelib.domain.errors import GatewayInDoubt, GatewayUnavailable, Stale, Unavailable
from chalicelib.ports.plans import LANDS_SECONDS
from chalicelib.ports.records import DUE_SHARDS, Change, Record
from chalicelib.services.plans.subscriptions import (
    SYSTEM,
    TYPE,
    is_settled,
    period_of,
    plan_of,
    record_id,
    wants,
)
from chalicelib.services.tools import Tools

QUEUE = "invoices"
PAGE = 500
LATE_SECONDS = 600.0
"""What the gateway was not told of for longer than this is late."""
LONGEST_PAUSE = 900.0
TURNS = 4
"""How often what changed meanwhile is looked at anew within one turn."""
Outcome = Literal["told", "reminded", "lapsed", "failed", "off", "busy", "not_due"]


@dataclass(frozen=True)
class Planned:
    """Asks for what is due about one account's plan."""

    subscription: str


def ask(tools: Tools, account: str) -> None:
    """Ask for an account's plan to be told at once; without an answer it is within a minute."""
    with suppress(Unavailable):
        tools.queue(QUEUE).send(asdict(Planned(record_id(account))))


def ask_for_due(tools: Tools) -> tuple[int, int]:
    """Ask for what is due; returns of how many accounts, and how many of them are late.

    Late is what the gateway was to be told of long ago, however often that was tried since.
    """
    now, asked, late = tools.now(), 0, 0
    before = _later(now, -LATE_SECONDS)
    for shard in range(DUE_SHARDS):
        due = tuple(tools.records().due(TYPE, shard, before=now, limit=PAGE))
        tools.queue(QUEUE).send_all([asdict(Planned(one)) for one in due])
        asked += len(due)
        records = tools.records().get_many(due).values()
        late += sum(
            not is_settled(record) and str(record.attributes["wanted_at"]) <= before
            for record in records
        )
    return asked, late


def tend(tools: Tools, subscription: str) -> Outcome:
    """Do what is due about an account's plan. What was done meanwhile is not done again."""
    outcome: Outcome = "not_due"
    for _ in range(TURNS):
        record, now = tools.records().get(subscription), tools.now()
        if record is None or str(record.attributes.get("due_at") or "9") > now:
            return outcome
        if str(record.attributes.get("held_until") or "") > now:
            return "busy"
        try:
            outcome = _in_time(tools, record) if is_settled(record) else _tell(tools, record)
        except Stale:
            # It was paid, or somebody else took the turn; what is due now is looked at anew.
            continue
        if outcome in {"failed", "off"}:
            return outcome
    return outcome


def _tell(tools: Tools, record: Record) -> Outcome:
    """Tell the gateway which plan an account should have, and write down that it said yes."""
    gateway, plan = tools.account_plans(), plan_of(record)
    if gateway is None:
        return "off"
    held = _changed(tools, record, held_until=_later(tools.now(), LANDS_SECONDS))
    try:
        gateway.set(record.owner, plan)
    except GatewayInDoubt:
        _pause(tools, held, LANDS_SECONDS)
        return "failed"
    except GatewayUnavailable:
        _pause(tools, held, 0)
        return "failed"
    said: dict[str, Any] = {"told": plan, "held_until": None, "failures": 0}
    settled = {**said, "due_at": _next(held)}
    change = Change(of=held, attributes=settled, if_version=held.version)
    try:
        tools.records().commit(change, tools.told(held, "plan_changed", SYSTEM, plan=plan))
    except Stale:
        _release(tools, record.id)
        raise
    return "told"


def _pause(tools: Tools, held: Record, least: float) -> None:
    """Leave the gateway alone for a while, longer each time that it fails again."""
    failures = int(held.attributes.get("failures") or 0) + 1
    longest = min(LONGEST_PAUSE, 2.0 ** min(failures, 20))
    seconds = max(least, longest * random.uniform(0.5, 1))  # noqa: S311 - no secret
    until = _later(tools.now(), seconds)
    try:
        _changed(tools, held, held_until=until, due_at=until, failures=failures)
    except Stale:
        # It was paid again meanwhile: that is due already, and waits for the end of the hold.
        if not least:
            _release(tools, held.id)


def _release(tools: Tools, subscription: str) -> None:
    """Let the next one speak: the gateway has answered."""
    record = tools.records().get(subscription)
    if record is not None:
        tools.records().change(Change(of=record, attributes={"held_until": None}))


def _in_time(tools: Tools, record: Record) -> Outcome:
    """Tell an account that its plan ends, then that it has ended, and take it back in the end."""
    period, now = period_of(record), clock.seconds_of(tools.now())
    if period is None or plan_of(record) == FREE:
        _changed(tools, record, due_at=None)
        return "not_due"
    if now >= period.lapses_at:
        change = Change(of=record, attributes=wants(FREE, tools.now()), if_version=record.version)
        tools.records().commit(change, tools.told(record, "plan_lapsed", SYSTEM, plan=period.plan))
        return "lapsed"
    reminders = 2 if now >= period.ends_at else int(now >= period.renewable_from)
    said = {"reminders": reminders}
    change = Change(
        of=record, attributes={**said, "due_at": _next(record, **said)}, if_version=record.version
    )
    if reminders <= int(record.attributes.get("reminders") or 0):
        tools.records().change(change)
        return "not_due"
    name = "plan_ended" if reminders == 2 else "plan_ends_soon"
    times = {"until": clock.text_at(period.ends_at), "lapses_at": clock.text_at(period.lapses_at)}
    tools.records().commit(change, tools.told(record, name, SYSTEM, plan=period.plan, **times))
    return "reminded"


def _next(record: Record, **changed: Any) -> str | None:
    """When something is due the next time of an account whose gateway knows its plan."""
    period = period_of(record)
    if period is None or plan_of(record) == FREE:
        return None
    reminders = int((record.attributes | changed).get("reminders") or 0)
    times = (period.renewable_from, period.ends_at, period.lapses_at)
    return clock.text_at(times[min(reminders, 2)])


def _changed(tools: Tools, record: Record, **attributes: Any) -> Record:
    change = Change(of=record, attributes=attributes, if_version=record.version)
    return tools.records().change(change)


def _later(at: str, seconds: float) -> str:
    return clock.text_of(clock.moment_of(at) + timedelta(seconds=seconds))
