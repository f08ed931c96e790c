"""How long work may stand still before somebody should look at it."""

from __future__ import annotations

from chalicelib.domain import clock
from chalicelib.ports.records import Record
from chalicelib.services.tools import Tools

STEP_SECONDS = 1800.0
"""What the most patient step waits for, where the installation does not let it wait longer."""
SLACK_SECONDS = 900.0
"""What the tries of one Task, a lost execution and the next attempt may take beside that."""


def is_stuck(tools: Tools, record: Record) -> bool:
    """Whether the work in hand on a record has made no progress past its budget.

    Each entry of a step is written, so that the record's last write is its last progress.
    """
    work = record.work
    if work is None:
        return False
    patience = tools.settings().step_seconds.get(work.step or "", STEP_SECONDS)
    allowed = max(STEP_SECONDS, patience) + SLACK_SECONDS
    since = max(work.started_at, record.updated_at)
    return clock.seconds_between(since, tools.now()) > allowed
