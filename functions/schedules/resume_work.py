"""Bring lost work back, begin the backups that are due by schedule, and end drills of them.

Lost is what was recorded and never started, or ended without a word.
"""

from __future__ import annotations

from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.batches import process_each
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
    now = wiring.now()
    recovered = process_each(
        [record for record in wiring.records().working(limit=BATCH) if is_due(record, now)],
        lambda record: recover(wiring, record),
        error="not_recovered",
        about=lambda record: {"entity": record.id},
        failed_as="not_recovered",
    )
    done = dict(recovered.outcomes)
    logger.info("swept", extra={"outcomes": done})
    logger.info("backed_up", extra={"outcomes": begin_due(wiring)})
    logger.info("drilled", extra={"outcomes": tend_drills(wiring)})
    return done


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
