"""Have the invoices of every account tended that ever ran anything, once a day."""

from __future__ import annotations

from typing import Any

from chalicelib.ports.runs import ACCOUNT_SHARDS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Schedule, reads, sends
from chalicelib.runtime.observe import logger
from chalicelib.services.billing.invoice_rounds import ask_for_all

SECONDS = 10.0
"""How long it asks for the accounts of one shard; the consumer goes on from there."""


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Have the invoices of every account tended that ever ran anything, once a day."""
    count = sum(ask_for_all(wiring, shard, seconds=SECONDS) for shard in range(ACCOUNT_SHARDS))
    logger.info("asked_for_invoices", extra={"accounts": count})
    return {"accounts": count}


handler.declarations = (  # type: ignore[attr-defined]
    Schedule(
        # Half an hour after a month's invoices may be closed.
        every="cron(30 2 * * ? *)",
        timeout=120,
        needs=(reads("money"), sends("invoices")),
    ),
)
