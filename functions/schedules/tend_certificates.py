"""Have the apps' domain its wildcard certificate, and tell how long all are valid still."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Schedule, reads, starts, writes
from chalicelib.runtime.observe import count, logger
from chalicelib.services.domains import certifying

METRICS = {"custom": "CertificateDaysLeft", "wildcard": "WildcardDaysLeft"}


def handler(_event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Have the apps' domain its wildcard certificate, and tell how long all are valid still.

    The certificates of customers' names are tended when these are looked at.
    """
    wildcard = certifying.tend_wildcard(wiring)
    days = certifying.least_days(wiring)
    for kind, metric in METRICS.items():
        if kind in days:
            count(**{metric: int(days[kind])})
    told = {"wildcard": wildcard.id if wildcard else None, "days_left": days}
    logger.info("tended_certificates", extra=told)
    return told


handler.declarations = (  # type: ignore[attr-defined]
    Schedule(
        every="rate(1 hour)",
        timeout=300,
        needs=(
            reads("resources"),
            writes("resources", "reservations", "journal"),
            starts("certify"),
        ),
    ),
)
