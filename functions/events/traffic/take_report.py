"""Take what the app proxies report: what each app was asked and sent, counted once."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.traffic import Report, read_report
from chalicelib.runtime import wiring
from chalicelib.runtime.batches import process_each
from chalicelib.runtime.declaration import Consumer, reads, writes
from chalicelib.runtime.messages import process_messages
from chalicelib.runtime.observe import count, logger
from chalicelib.services.metering.traffic import known_so_far, take

BESIDE = 8
"""How many apps are written at the same time."""


def handler(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    """Take what the app proxies report: what each app was asked and sent, counted once.

    A report of which anything could not be written comes again; what was written of it stays.
    """
    _, failures = process_messages(
        event,
        read_report,
        _taken,
        error="not_taken",
        about=lambda report: {"boot": report.boot},
    )
    return {"batchItemFailures": failures}


def _taken(report: Report) -> str:
    """Take one report, app by app; it failed where any of them did."""
    known = known_so_far(wiring, report)
    done = process_each(
        known,
        lambda app: "new" if take(wiring, report, app, known[app]) else "nothing_new",
        error="not_taken",
        about=lambda app: {"app": app},
        at_once=BESIDE,
    )
    unknown = sorted(set(report.apps) - set(known))
    if unknown:
        logger.warning("unknown_apps", extra={"boot": report.boot, "apps": unknown[:20]})
    count(TrafficReports=1, UnknownApps=len(unknown))
    logger.info(
        "traffic", extra={"boot": report.boot, "sequence": report.sequence, **done.outcomes}
    )
    return "failed" if done.failed else "taken"


handler.declarations = (  # type: ignore[attr-defined]
    Consumer(
        queue="traffic",
        batch=2,
        at_once=20,
        memory=512,
        timeout=60,
        needs=(reads("resources", "journal"), writes("journal", "money")),
    ),
)
