"""Bring lost work back, begin the backups that are due by schedule, and end drills of them.

Lost is what was recorded and never started, or ended without a word.
"""

from __future__ import annotations

from typing import Any

from chalicelib.domain.errors import ProductError
from chalicelib.ports.records import Record
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Schedule, reads, starts, watches, writes
from chalicelib.runtime.observe import logger
from chalicelib.services.backups.backup_rounds import begin_due, tend_drills
from chalicelib.services.work.recovery import recover
from chalicelib.services.work.timelines import STORIES
from chalicelib.services.work.work import is_due

BATCH = 1000
"""More than is ever in hand at once: the oldest come first, and healthy work is among them."""
MACHINES = tuple(STORIES)
"""Every kind of work may be lost."""


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Bring lost work back, begin the backups that are due by schedule, and end drills of them."""
    done: dict[str, int] = {}
    now = wiring.now()
    for record in wiring.records().working(limit=BATCH):
        if is_due(record, now):
            outcome = _recovered(record)
            done[outcome] = done.get(outcome, 0) + 1
    logger.info("swept", extra={"outcomes": done})
    logger.info("backed_up", extra={"outcomes": begin_due(wiring)})
    logger.info("drilled", extra={"outcomes": tend_drills(wiring)})
    return done


def _recovered(record: Record) -> str:
    """Recover one work; what goes wrong with it keeps no other one waiting."""
    try:
        return recover(wiring, record)
    except ProductError as error:
        logger.warning("not_recovered", extra={"entity": record.id, "code": error.error_code})
        return "not_recovered"


handler.declarations = (  # type: ignore[attr-defined]
    Schedule(
        every="rate(1 minute)",
        timeout=60,
        needs=(
            reads("resources", "reservations"),
            writes("resources", "reservations", "journal", "money", "routes"),
            starts(*MACHINES),
            watches(*MACHINES),
        ),
    ),
)
