"""Ask for what is due about accounts' plans, and tell how many wait for long."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Schedule, reads, sends
from chalicelib.runtime.observe import count, logger
from chalicelib.services.plans.plan_changes import ask_for_due


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Ask for what is due about accounts' plans, and tell how many wait for long."""
    asked, late = ask_for_due(wiring)
    count(LatePlans=late)
    logger.info("asked_for_plans", extra={"accounts": asked, "late": late})
    return {"asked": asked, "late": late}


handler.declarations = (  # type: ignore[attr-defined]
    Schedule(every="rate(1 minute)", timeout=60, needs=(reads("resources"), sends("invoices"))),
)
