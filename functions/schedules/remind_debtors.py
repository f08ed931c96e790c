"""Remind of invoices that are due, and stop apps of who does not pay where that is wanted."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Schedule, reads, starts, writes
from chalicelib.runtime.observe import logger
from chalicelib.services.overdue import remind_all


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Remind of invoices that are due, and stop apps of who does not pay where that is wanted."""
    done = remind_all(wiring)
    logger.info("reminded", extra=done)
    return done


handler.declarations = (  # type: ignore[attr-defined]
    Schedule(
        every="rate(1 hour)",
        timeout=300,
        needs=(reads("resources"), writes("resources", "journal"), starts("stop")),
    ),
)
