"""Invoices that nobody pays: reminded of when they are due, a week later and two weeks later.

Where the installation wants it, the last reminder gives notice, and a week after it the account's
apps are stopped; their data stays. What is started again meanwhile is stopped again a day later.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.errors import Conflict, Stale
from chalicelib.ports.records import DUE_SHARDS, Change, Record, Selection
from chalicelib.services.settling import PAYABLE, SYSTEM
from chalicelib.services.starting import stop_deployment
from chalicelib.services.tools import Tools

REMINDERS = 3
EVERY_DAYS = 7
PAGE = 1000
AT_ONCE = 100
"""Apps of an account that are read together."""


def becomes_due(tools: Tools, at: str) -> dict[str, Any]:
    """What an invoice holds that can be paid from a moment on: until when, and what was told."""
    due_on = _later(at, tools.settings().due_days)
    return {"due_on": due_on, "due_at": due_on, "reminders": 0}


def remind_all(tools: Tools) -> dict[str, int]:
    """Do what is due of every invoice that is not paid; returns how many were told and stopped."""
    done = {"reminded": 0, "stopped": 0}
    for shard in range(DUE_SHARDS):
        due = tools.records().due("invoices", shard, before=tools.now(), limit=PAGE)
        for invoice in tools.records().get_many(tuple(due)).values():
            if invoice.status in PAYABLE and _is_due(tools, invoice):
                outcome = _tend(tools, invoice)
                done[outcome] += 1
    return done


def _is_due(tools: Tools, invoice: Record) -> bool:
    """Whether the record itself says so; the index follows it a little late."""
    due_at = invoice.attributes.get("due_at")
    return due_at is not None and due_at <= tools.now()


def _tend(tools: Tools, invoice: Record) -> str:
    if int(invoice.attributes.get("reminders", 0)) < REMINDERS:
        _remind(tools, invoice)
        return "reminded"
    _stop_apps(tools, invoice)
    return "stopped"


def _remind(tools: Tools, invoice: Record) -> None:
    """Remind once, and say when the next time is; somebody who pays meanwhile is left alone."""
    told = int(invoice.attributes.get("reminders", 0)) + 1
    due_on, stops = invoice.attributes["due_on"], tools.settings().stops_overdue
    following = _later(due_on, EVERY_DAYS * told)
    details = {"cents": invoice.attributes["total_cents"], "until": due_on, "stop_at": following}
    last = told == REMINDERS
    name = "invoice_due" if told == 1 else "invoice_overdue"
    if last and stops:
        name = "stop_announced"
    change = Change(
        of=invoice,
        attributes={"reminders": told, "due_at": None if last and not stops else following},
        if_status=PAYABLE,
        if_version=invoice.version,
    )
    try:
        tools.records().commit(change, tools.told(invoice, name, SYSTEM, **details))
    except Stale:
        return


def _stop_apps(tools: Tools, invoice: Record) -> None:
    """Stop what runs of an account's, and look again in a day."""
    running = Selection("deployments", owner=invoice.owner, status="running")
    after, stopped = None, 0
    while True:
        page = tools.records().select(running, limit=AT_ONCE, after=after, before=None)
        stopped += sum(_stopped(tools, app) for app in page.records)
        after = page.after
        if after is None:
            break
    change = Change(
        of=invoice,
        attributes={"due_at": _later(tools.now(), 1)},
        if_status=PAYABLE,
        if_version=invoice.version,
    )
    told = (tools.told(invoice, "apps_stopped", SYSTEM, count=stopped),) if stopped else ()
    try:
        tools.records().commit(change, *told)
    except Stale:
        return


def _stopped(tools: Tools, app: Record) -> bool:
    """Begin the stop of an app; one that is being worked on is stopped the next time."""
    try:
        stop_deployment(tools, app, actor=SYSTEM)
    except Conflict:
        return False
    return True


def _later(at: str, days: int) -> str:
    return clock.text_of(clock.moment_of(at) + timedelta(days=days))
