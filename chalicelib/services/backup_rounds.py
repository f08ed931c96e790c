"""Backups by schedule: begun when they are due, one at a time of an app.

What was missed, while the platform or the app was away, is made up for once. An app that does not
run is left out until the next one is due; its owner is told of that once.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any, Literal

from chalicelib.domain import clock
from chalicelib.domain.backup_times import DUE, SCHEDULE, SKIPPED, next_due
from chalicelib.domain.errors import Conflict, Stale
from chalicelib.ports.records import DUE_SHARDS, Change, Record
from chalicelib.services.backing_up import BY_SCHEDULE, back_up
from chalicelib.services.tools import Tools

PAGE = 25
"""How many apps of one shard are looked at in one round, those that wait longest first."""
BUSY_SECONDS = 300.0
"""How long an app is left alone that is worked on when its backup is due."""

Outcome = Literal["begun", "busy", "left_out", "not_due"]


def begin_due(tools: Tools) -> dict[str, int]:
    """Begin every backup that is due; returns how many apps had which outcome."""
    now = tools.now()
    due = [
        app
        for shard in range(DUE_SHARDS)
        for app in tools.records().due("deployments", shard, before=now, limit=PAGE)
    ]
    found = tools.records().get_many(tuple(due)) if due else {}
    return dict(Counter(_begun(tools, app, now) for app in found.values()))


def _begun(tools: Tools, app: Record, now: str) -> Outcome:
    due, schedule = app.attributes.get(DUE), app.attributes.get(SCHEDULE)
    if not due or not schedule or due > now:
        return "not_due"
    following = next_due(schedule, app.id, after=now)
    if app.work is not None:
        return _put_off(tools, app, now)
    if app.status != "running":
        return _left_out(tools, app, following, f"the app is {app.status}.")
    try:
        back_up(tools, app, actor="hoster", reason=BY_SCHEDULE, marks={DUE: following})
    except Conflict as refusal:
        if refusal.error_code == "work_in_progress":
            return _put_off(tools, app, now)
        return _left_out(tools, app, following, refusal.detail)
    return "begun"


def _put_off(tools: Tools, app: Record, now: str) -> Outcome:
    """Look again in a while, and no later one instead of it."""
    later = clock.text_of(clock.moment_of(now) + timedelta(seconds=BUSY_SECONDS))
    change = Change(of=app, attributes={DUE: later}, if_version=app.version, aside=True)
    with suppress(Stale):  # it changed at this moment: the next round looks again
        tools.records().commit(change)
    return "busy"


def _left_out(tools: Tools, app: Record, following: str, why: str) -> Outcome:
    marks: dict[str, Any] = {DUE: following, SKIPPED: True}
    is_new = not app.attributes.get(SKIPPED)
    told = (tools.told(app, "backup_left_out", "hoster", detail=why),) if is_new else ()
    with suppress(Stale):
        tools.records().commit(Change(of=app, attributes=marks, if_version=app.version), *told)
    return "left_out"
