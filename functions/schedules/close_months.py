"""Have the drafts closed whose month is over, and tell how many are late."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Schedule, reads, sends
from chalicelib.runtime.observe import count, logger
from chalicelib.services.billing.invoice_rounds import ask_for_closing


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Have the drafts closed whose month is over, and tell how many are late."""
    asked, late = ask_for_closing(wiring)
    count(LateInvoices=late)
    logger.info("asked_for_closing", extra={"drafts": asked, "late": late})
    return {"drafts": asked, "late": late}


handler.declarations = (  # type: ignore[attr-defined]
    Schedule(every="rate(1 hour)", timeout=120, needs=(reads("resources"), sends("invoices"))),
)
