"""Tell people what happened that they chose to hear of, and try again what did not arrive."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Schedule, reads, sends, told, writes
from chalicelib.runtime.observe import logger
from chalicelib.services.notices.notice_rounds import go_round


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Tell people what happened that they chose to hear of, and try again what did not arrive."""
    done = dict(go_round(wiring))
    logger.info("told_people", extra=done)
    return done


handler.declarations = (  # type: ignore[attr-defined]
    Schedule(
        every="rate(1 minute)",
        timeout=60,
        needs=(
            reads("resources", "reservations", "journal"),
            writes("resources", "reservations", "journal"),
            sends("notices"),
            told("notices"),
        ),
    ),
)
