"""When backups by schedule are due: each day or week, within an hour in UTC.

An app's minute of that hour follows from its id, so that apps of one hour do not begin together.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chalicelib.domain import clock

SCHEDULE, KEEP, DUE = "backup_schedule", "backup_keep", "backup_due_at"
"""The attributes of an app: when it is backed up, how many of those are kept, when one is due."""
SKIPPED = "backup_skipped"
"""The attribute of an app that is set once it was told that one is left out."""
USUALLY_KEPT = 7
"""How many backups by schedule are kept where nobody chose."""
_WEEKDAY = 6
"""The day of a weekly one: Sunday."""


def next_due(schedule: Mapping[str, Any], app: str, *, after: str) -> str:
    """When an app's next backup by schedule is due, strictly after a moment."""
    now = clock.moment_of(after)
    minute = zlib.crc32(app.encode()) % 60
    found = now.replace(hour=schedule["hour"], minute=minute, second=0, microsecond=0)
    if schedule["every"] == "week":
        found += timedelta(days=(_WEEKDAY - found.weekday()) % 7)
    if found <= now:
        found += timedelta(days=7 if schedule["every"] == "week" else 1)
    return clock.text_of(found)


def following(
    app: str, known: Mapping[str, Any], sent: Mapping[str, Any], now: str
) -> dict[str, Any]:
    """What follows from the attributes that are sent of an app that has the `known` ones.

    The same schedule sent again leaves when it is due.
    """
    if SCHEDULE not in sent or sent[SCHEDULE] == known.get(SCHEDULE):
        return {}
    schedule = sent[SCHEDULE]
    if schedule is None:
        return {DUE: None, SKIPPED: None}
    keep = sent.get(KEEP) or known.get(KEEP) or USUALLY_KEPT
    return {DUE: next_due(schedule, app, after=now), SKIPPED: None, KEEP: keep}
