"""Remind of invoices that are due, and stop apps of who does not pay where that is wanted."""

from __future__ import annotations

from collections import Counter
from typing import Any

from chalicelib.domain.errors import ProductError
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Schedule, knows, reads, starts, writes
from chalicelib.runtime.observe import logger
from chalicelib.services.billing.overdue import due_invoices, tend


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Remind of invoices that are due, and stop apps of who does not pay where that is wanted.

    What goes wrong with one invoice keeps no other one waiting.
    """
    done: Counter[str] = Counter()
    for invoice in due_invoices(wiring):
        try:
            done[tend(wiring, invoice)] += 1
        except ProductError as error:
            logger.warning("not_reminded", extra={"invoice": invoice, "code": error.error_code})
            done["failed"] += 1
        except Exception:
            logger.exception("reminding_broke", extra={"invoice": invoice})
            done["failed"] += 1
    logger.info("reminded", extra={"outcomes": dict(done)})
    return dict(done)


handler.declarations = (  # type: ignore[attr-defined]
    Schedule(
        every="rate(1 hour)",
        timeout=300,
        memory=512,
        layers=("stripe",),
        needs=(
            reads("resources", "money"),
            writes("resources", "journal", "money"),
            starts("stop"),
            knows("stripe"),
        ),
    ),
)
