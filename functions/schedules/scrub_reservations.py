"""Give back what is reserved for records that are gone, a part of the table at every run."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Schedule, reads, walks, writes
from chalicelib.runtime.observe import logger
from chalicelib.services.sweep.scrubbing import scrub

PAGES = 20
"""At most 10,000 items a run: 240,000 a day."""


def handler(_event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Give back what is reserved for records that are gone, a part of the table at every run."""
    report = scrub(wiring, pages=PAGES)
    told = {name: report[name] for name in ("looked_at", "released", "without_record")}
    logger.info("scrubbed", extra=told)
    return told


handler.declarations = (  # type: ignore[attr-defined]
    Schedule(
        every="rate(1 hour)",
        timeout=120,
        needs=(
            reads("resources", "journal"),
            walks("reservations"),
            writes("reservations", "journal"),
        ),
    ),
)
