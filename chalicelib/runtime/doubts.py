"""Money that came and pays no invoice: somebody has to hear of it."""

from __future__ import annotations

from chalicelib.runtime.observe import count, logger
from chalicelib.services.billing.settling import IN_DOUBT, Outcome


def tell(outcome: Outcome) -> None:
    """Have an alarm raised where what came of a payment is in doubt."""
    logger.info("payment", extra={"outcome": outcome})
    if outcome in IN_DOUBT:
        count(PaymentsInDoubt=1)
