"""Invoices that nobody pays: reminded of when they are due, and two more times, a week apart.

Where the installation wants it, the last reminder gives notice, and a week after it the account's
apps are stopped; their data stays. What is started again meanwhile is stopped again a day later.
The weeks count from what was told, so that after an outage nothing is told or stopped in a hurry.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Literal

from chalicelib.domain import clock
from chalicelib.domain.errors import Conflict, Stale
from chalicelib.ports.records import DUE_SHARDS, Change, Record, Selection
from chalicelib.services.billing.settling import PAYABLE, SYSTEM, is_being_paid
from chalicelib.services.deployments.starting import stop_deployment
from chalicelib.services.tools import Tools

REMINDERS = 3
EVERY_DAYS = 7
PAGE = 1000
Outcome = Literal["reminded", "stopped", "spared", "waiting", "moved_on"]
AT_ONCE = 100
"""Apps of an account that are read together."""


def becomes_due(tools: Tools, at: str) -> dict[str, Any]:
    """What an invoice holds that can be paid from a moment on: until when, and what was told."""
    due_on = _later(at, tools.settings().due_days)
    return {"due_on": due_on, "due_at": due_on, "reminders": 0}


def due_invoices(tools: Tools) -> Iterator[str]:
    """The ids of invoices of which something is due, the longest due first."""
    for shard in range(DUE_SHARDS):
        yield from tools.records().due("invoices", shard, before=tools.now(), limit=PAGE)


def tend(tools: Tools, invoice_id: str) -> Outcome:
    """Do what is due of an invoice that is not paid, as it is at this moment."""
    invoice = tools.records().get(invoice_id)
    if invoice is None or invoice.status not in PAYABLE or not _is_due(tools, invoice):
        return "moved_on"
    try:
        if int(invoice.attributes.get("reminders", 0)) < REMINDERS:
            return _remind(tools, invoice)
        if not tools.settings().stops_overdue:
            return _spare(tools, invoice)
        return _stop_apps(tools, invoice)
    except Stale:
        # Somebody pays at this moment.
        return "moved_on"


def _is_due(tools: Tools, invoice: Record) -> bool:
    """Whether the record itself says so; the index follows it a little late."""
    due_at = invoice.attributes.get("due_at")
    return due_at is not None and due_at <= tools.now()


def _remind(tools: Tools, invoice: Record) -> Outcome:
    """Remind once, and say when the next time is."""
    told = int(invoice.attributes.get("reminders", 0)) + 1
    due_on, stops = invoice.attributes["due_on"], tools.settings().stops_overdue
    following = _later(tools.now(), EVERY_DAYS)
    details = {"cents": invoice.attributes["total_cents"], "until": due_on, "stop_at": following}
    last = told == REMINDERS
    name = "invoice_due" if told == 1 else "invoice_overdue"
    if last and stops:
        name = "stop_announced"
    said = {"reminders": told, "due_at": None if last and not stops else following}
    tools.records().commit(_changed(invoice, said), tools.told(invoice, name, SYSTEM, **details))
    return "reminded"


def _spare(tools: Tools, invoice: Record) -> Outcome:
    """Let apps run whose stop was announced: the installation stops nobody any more."""
    tools.records().change(_changed(invoice, {"due_at": None}))
    return "spared"


def _stop_apps(tools: Tools, invoice: Record) -> Outcome:
    """Stop what runs of an account's, and look again in a day; money on its way is waited for.

    The next time is written first, which only an invoice that is owed still allows.
    """
    if is_being_paid(tools, invoice):
        return "waiting"
    tools.records().change(_changed(invoice, {"due_at": _later(tools.now(), 1)}))
    running = Selection("deployments", owner=invoice.owner, status="running")
    after, stopped = None, 0
    while True:
        page = tools.records().select(running, limit=AT_ONCE, after=after, before=None)
        stopped += sum(_stopped(tools, app) for app in page.records)
        after = page.after
        if after is None:
            break
    if stopped:
        tools.records().commit(tools.told(invoice, "apps_stopped", SYSTEM, count=stopped))
    return "stopped"


def _changed(invoice: Record, said: dict[str, Any]) -> Change:
    return Change(of=invoice, attributes=said, if_status=PAYABLE, if_version=invoice.version)


def _stopped(tools: Tools, app: Record) -> bool:
    """Begin the stop of an app; one that is being worked on is stopped the next time."""
    try:
        stop_deployment(tools, app, actor=SYSTEM)
    except Conflict:
        return False
    return True


def _later(at: str, days: int) -> str:
    return clock.text_of(clock.moment_of(at) + timedelta(days=days))
