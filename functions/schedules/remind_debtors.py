"""Remind of invoices that are due, and stop apps of who does not pay where that is wanted."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.batches import process_each
from chalicelib.runtime.declaration import Schedule, knows, reads, starts, writes
from chalicelib.runtime.observe import logger
from chalicelib.services.billing.overdue import due_invoices, tend


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Remind of invoices that are due, and stop apps of who does not pay where that is wanted."""
    done = process_each(
        due_invoices(wiring),
        lambda invoice: tend(wiring, invoice),
        error="not_reminded",
        about=lambda invoice: {"invoice": invoice},
    )
    logger.info("reminded", extra={"outcomes": dict(done.outcomes)})
    return dict(done.outcomes)


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
