"""Report what accounts used to the gateway's meter."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Schedule, knows, reads, writes
from chalicelib.runtime.observe import count, logger
from chalicelib.services.metering.reporting import report_usage

SECONDS = 38.0
"""For how long one run begins with further reports; the last one still has its time."""


def handler(_event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Report what accounts used to the gateway's meter.

    Where none is configured, events wait, and nothing is counted that an alarm could look at.
    """
    report = report_usage(wiring, seconds=SECONDS)
    told = asdict(report)
    if report.outcome == "off":
        _say_once()
        return told
    count(UsageBacklogSeconds=report.backlog_seconds, RejectedUsage=report.rejected)
    logger.info("reported_usage", extra=told)
    return told


@cache
def _say_once() -> None:
    logger.info("usage_not_reported", extra={"reason": "MeteringURL is empty"})


handler.declarations = (  # type: ignore[attr-defined]
    Schedule(
        every="rate(1 minute)",
        memory=512,
        timeout=60,
        needs=(
            reads("resources", "money"),
            writes("resources", "money"),
            knows("metering"),
        ),
    ),
)
