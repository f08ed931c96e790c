"""Take accounts that are being closed a step further, until nothing of them is left."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.batches import process_each
from chalicelib.runtime.declaration import (
    MAILS,
    OPENS,
    REMOVES_ARCHIVES,
    Schedule,
    fetches,
    keeps,
    knows,
    reads,
    sends,
    starts,
    writes,
)
from chalicelib.runtime.observe import logger
from chalicelib.services.closings.closing_rounds import tend
from chalicelib.services.closings.closings import due


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Take accounts that are being closed a step further, until nothing of them is left.

    The next round goes on with what failed.
    """
    done = process_each(
        due(wiring),
        lambda closing: tend(wiring, closing),
        error="not_closed",
        about=lambda closing: {"closing": closing},
    )
    logger.info("closed_accounts", extra={"outcomes": dict(done.outcomes)})
    return dict(done.outcomes)


handler.declarations = (  # type: ignore[attr-defined]
    Schedule(
        every="rate(1 hour)",
        timeout=600,
        memory=512,
        layers=("crypto", "clouds", "stripe"),
        needs=(
            reads("resources", "reservations", "money"),
            writes("resources", "reservations", "journal", "money"),
            starts("stop", "remove", "destroy"),
            sends("catalogue"),
            keeps("contents"),
            fetches("contents"),
            knows("stripe", "metering"),
            OPENS,
            REMOVES_ARCHIVES,
            MAILS,
        ),
    ),
)
