"""Backups by schedule: begun when they are due, one at a time of an app; and drills looked at.

What was missed, while the platform or the app was away, is made up for once. An app that does not
run is left out until the next one is due; its owner is told of that once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Literal

from chalicelib.domain.backup_times import DUE, SCHEDULE, SKIPPED, next_due
from chalicelib.domain.domain_times import later
from chalicelib.domain.errors import Conflict, Stale
from chalicelib.ports.records import DUE_SHARDS, Change, Record
from chalicelib.services.backups.backing_up import BY_SCHEDULE, back_up
from chalicelib.services.backups.backups import DRILL_DUE
from chalicelib.services.backups.drill_rounds import tend
from chalicelib.services.tools import Tools

PAGE = 25
"""How many apps of one shard are looked at in one round, those that wait longest first."""
BUSY_SECONDS = 300.0
"""How long an app is left alone that is worked on when its backup is due."""

Outcome = Literal["begun", "busy", "left_out", "not_due"]


def begin_due(tools: Tools) -> dict[str, int]:
    """Begin every backup that is due; returns how many apps had which outcome."""
    now = tools.now()
    return dict(Counter(_begun(tools, app, now) for app in _due(tools, "deployments", now)))


def tend_drills(tools: Tools) -> dict[str, int]:
    """Look at every drill that is due; returns how many had which outcome."""
    now = tools.now()
    due = [one for one in _due(tools, "backups", now) if is_due(one, DRILL_DUE, now)]
    return dict(Counter(tend(tools, backup) for backup in due))


def _due(tools: Tools, kind: str, now: str) -> Iterable[Record]:
    """What the index says is due of a type, as it is by now."""
    found = [
        one
        for shard in range(DUE_SHARDS)
        for one in tools.records().due(kind, shard, before=now, limit=PAGE)
    ]
    return tools.records().get_many(tuple(found)).values() if found else ()


def is_due(record: Record, name: str, now: str) -> bool:
    """Whether the time in an attribute has come."""
    moment = record.attributes.get(name)
    return bool(moment) and str(moment) <= now


def _begun(tools: Tools, app: Record, now: str) -> Outcome:
    schedule = app.attributes.get(SCHEDULE)
    if not schedule or not is_due(app, DUE, now):
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
    change = Change(
        of=app, attributes={DUE: later(now, BUSY_SECONDS)}, if_version=app.version, aside=True
    )
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
