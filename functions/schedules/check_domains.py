"""Have every customer's host name looked at that is due."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Schedule, reads, sends
from chalicelib.runtime.observe import count, logger
from chalicelib.services.domains.domain_rounds import ask_for_checks


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Have every customer's host name looked at that is due."""
    asked, late = ask_for_checks(wiring)
    count(LateDomains=late)
    logger.info("asked_for_checks", extra={"domains": asked, "late": late})
    return {"domains": asked, "late": late}


handler.declarations = (  # type: ignore[attr-defined]
    Schedule(every="rate(1 minute)", timeout=60, needs=(reads("resources"), sends("domains"))),
)
