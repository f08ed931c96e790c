"""Tell the meter every hour what running apps use: core-minutes and gigabyte-hours."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Schedule, reads, writes
from chalicelib.runtime.observe import logger
from chalicelib.services.metering.resource_hours import tell_all

SECONDS = 780.0
"""For how long one run begins with further accounts; the next one goes on with others."""


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Tell the meter every hour what running apps use: core-minutes and gigabyte-hours."""
    done = dict(tell_all(wiring, seconds=SECONDS))
    logger.info("told_resources", extra={"outcomes": done})
    return done


handler.declarations = (  # type: ignore[attr-defined]
    Schedule(
        every="rate(1 hour)",
        timeout=840,
        needs=(reads("resources", "money"), writes("money")),
    ),
)
