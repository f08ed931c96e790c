"""Renew the authority of nodes' doors, and what the app proxies show there, before they end."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, SEALS, Schedule, reads, writes
from chalicelib.runtime.observe import logger
from chalicelib.services.doors.authority import renew_client
from chalicelib.services.doors.authority_renewal import tend_authority


def handler(_event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Renew the authority of nodes' doors, and what the app proxies show there, before they end.

    Certificates of the doors themselves are replaced by checks, which the watch begins.
    """
    became = tend_authority(wiring)
    is_renewed = renew_client(wiring)
    logger.info("door_certificates", extra={"renewed": is_renewed, "authority": became})
    return {"renewed": is_renewed, "authority": became}


handler.declarations = (  # type: ignore[attr-defined]
    Schedule(
        every="rate(1 hour)",
        timeout=60,
        layers=("crypto",),
        needs=(reads("resources"), writes("resources", "routes"), SEALS, OPENS),
    ),
)
