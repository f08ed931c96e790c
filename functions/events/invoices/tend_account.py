"""Tend accounts: close months, refresh drafts and shown prices, tell the gateway plans."""

from __future__ import annotations

from collections import Counter
from typing import Any

from chalicelib.domain.errors import Stale
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Consumer, fetches, keeps, knows, reads, sends, writes
from chalicelib.runtime.messages import process_messages
from chalicelib.runtime.observe import count, logger
from chalicelib.services.billing.invoice_rounds import RUN_IN_DOUBT, Asked, read, tend

ASKING_SECONDS = 20.0
"""How long one message asks for further accounts, or goes on to further apps."""


def handler(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    """Tend accounts: close months, refresh drafts and shown prices, tell the gateway plans.

    What fails is delivered again.
    """
    outcomes, failures = process_messages(
        event, read, _tended, error="not_tended", about=lambda message: {"asked": str(message)}
    )
    count(RunsInDoubt=outcomes[RUN_IN_DOUBT])
    logger.info("tended", extra={"outcomes": dict(outcomes), "failed": len(failures)})
    return {"batchItemFailures": failures}


def _tended(message: Asked) -> Counter[str]:
    """Do what a message asks for, unless somebody else does the same at this moment."""
    try:
        return tend(wiring, message, seconds=ASKING_SECONDS)
    except Stale:
        return Counter(moved_on=1)


handler.declarations = (  # type: ignore[attr-defined]
    Consumer(
        queue="invoices",
        batch=10,
        at_once=20,
        memory=512,
        timeout=120,
        needs=(
            reads("resources", "money"),
            writes("resources", "reservations", "journal", "money"),
            sends("invoices"),
            keeps("contents"),
            fetches("contents"),
            knows("metering"),
        ),
    ),
)
