"""Take what the app proxies report: what each app was asked and sent, counted once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from chalicelib.domain.errors import ProductError
from chalicelib.domain.traffic import Report, Taken, read_report
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Consumer, reads, writes
from chalicelib.runtime.messages import read_messages
from chalicelib.runtime.observe import count, logger
from chalicelib.services.metering.traffic import known_so_far, take

BESIDE = 8
"""How many apps are written at the same time."""


def handler(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    """Take what the app proxies report: what each app was asked and sent, counted once.

    A report of which anything could not be written comes again; what was written of it stays.
    """
    failed: list[dict[str, str]] = []
    for record in event["Records"]:
        reports, unread = read_messages({"Records": [record]}, read_report)
        failed += unread
        for report in reports:
            if not _taken(report):
                failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def _taken(report: Report) -> bool:
    """Take one report; returns whether all of it is done."""
    try:
        known = known_so_far(wiring, report)
    except ProductError as error:
        logger.warning("not_taken", extra={"boot": report.boot, "code": error.error_code})
        return False
    with ThreadPoolExecutor(max_workers=BESIDE) as pool:
        answers = [
            pool.submit(copy_context().run, _outcome, report, app, before)
            for app, before in known.items()
        ]
    outcomes = Counter(answer.result() for answer in answers)
    unknown = sorted(set(report.apps) - set(known))
    if unknown:
        logger.warning("unknown_apps", extra={"boot": report.boot, "apps": unknown[:20]})
    count(TrafficReports=1, UnknownApps=len(unknown))
    logger.info("traffic", extra={"boot": report.boot, "sequence": report.sequence, **outcomes})
    return not outcomes["failed"]


def _outcome(report: Report, app: str, before: Taken) -> str:
    """Take one app of a report; what goes wrong with it keeps no other one waiting."""
    try:
        return "new" if take(wiring, report, app, before) else "nothing_new"
    except ProductError as error:
        logger.warning("not_taken", extra={"app": app, "code": error.error_code})
    except Exception:
        # Whatever is wrong with this app, the others are counted, and this one comes again.
        logger.exception("traffic_broke", extra={"app": app})
    return "failed"


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
