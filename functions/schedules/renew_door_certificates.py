"""Give the app proxies another certificate for the doors of nodes before theirs ends."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, SEALS, Schedule, reads, writes
from chalicelib.runtime.observe import logger
from chalicelib.services.authority import renew_client


def handler(_event: dict[str, Any], _context: Any) -> dict[str, bool]:
    """Give the app proxies another certificate for the doors of nodes before theirs ends.

    Those of the doors themselves are replaced by checks, which the watch begins.
    """
    is_renewed = renew_client(wiring)
    logger.info("door_certificates", extra={"renewed": is_renewed})
    return {"renewed": is_renewed}


handler.declarations = (  # type: ignore[attr-defined]
    Schedule(
        every="rate(1 hour)",
        timeout=60,
        layers=("crypto",),
        needs=(reads("resources"), writes("resources", "routes"), SEALS, OPENS),
    ),
)
