"""Take accounts that are being closed a step further, until nothing of them is left."""

from __future__ import annotations

from collections import Counter
from typing import Any

from chalicelib.domain.errors import ProductError
from chalicelib.runtime import wiring
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

    What goes wrong with one account keeps no other one waiting; the next round goes on.
    """
    done: Counter[str] = Counter()
    for closing in due(wiring):
        try:
            done[tend(wiring, closing)] += 1
        except ProductError as error:
            logger.warning("not_closed", extra={"closing": closing, "code": error.error_code})
            done["failed"] += 1
        except Exception:
            logger.exception("closing_broke", extra={"closing": closing})
            done["failed"] += 1
    logger.info("closed_accounts", extra={"outcomes": dict(done)})
    return dict(done)


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
