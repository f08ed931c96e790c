"""Have every account swept, and look at what is worked on for too long or for nobody.

`make sweep` asks this function too: with `lift`, sweeps repair again after a restore; with
`reports`, it answers with the last reports and asks for nothing.
"""

from __future__ import annotations

from typing import Any

from chalicelib.domain.errors import ProductError
from chalicelib.ports.records import WATCH_SHARDS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Schedule, lists, reads, sends, watches, writes
from chalicelib.runtime.observe import count, logger
from chalicelib.services.sweep import scrubbing, sweep_state, sweep_work
from chalicelib.services.sweep.sweep_asking import CREDENTIALS, ask_for_sweeps
from chalicelib.services.sweep.sweep_work import look_at_work
from chalicelib.services.work.timelines import STORIES

MACHINES = tuple(STORIES)
REPORTED = 500
"""Accounts whose reports one answer holds at most."""
MOST_FINDINGS = 2000
"""Findings that one answer holds at most, each account's share alike: an answer has 6 MB."""


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Have every account swept, and look at what is worked on for too long or for nobody."""
    if event.get("reports"):
        return _reports()
    if event.get("lift"):
        sweep_state.lift(wiring)
        logger.info("lifted")
    begun, mode = wiring.now(), sweep_state.beat(wiring)
    asked = ask_for_sweeps(wiring)
    logger.info("asked_for_sweeps", extra={"accounts": asked, "report_only": mode.reason})
    try:
        work = look_at_work(wiring)
    except ProductError as error:
        logger.warning("work_not_looked_at", extra={"code": error.error_code})
    else:
        count(StuckWork=work["counts"]["StuckWork"])
    return {"asked": asked, "asked_at": begun, "report_only_reason": mode.reason or None}


def _reports() -> dict[str, Any]:
    """The last reports of all accounts, and those that are of no account."""
    records, reports = wiring.records(), wiring.reports()
    ids = [
        one
        for shard in range(WATCH_SHARDS)
        for one in records.watched(CREDENTIALS, shard, limit=REPORTED)
    ][:REPORTED]
    return {
        "accounts": {one: _cut(reports.of(one), MOST_FINDINGS // len(ids)) for one in ids},
        "work": reports.of(sweep_work.SUBJECT),
        "reservations": reports.of(scrubbing.SUBJECT),
    }


def _cut(report: dict[str, Any] | None, most: int) -> dict[str, Any] | None:
    if report is None:
        return None
    told = report["findings"]
    left_out = report["left_out"] + max(0, len(told) - most)
    return {**report, "findings": told[:most], "left_out": left_out}


handler.declarations = (  # type: ignore[attr-defined]
    Schedule(
        every="rate(5 minutes)",
        timeout=240,
        memory=512,
        needs=(
            reads("resources", "journal"),
            writes("resources", "journal"),
            lists(*MACHINES),
            watches(*MACHINES),
            sends("sweep"),
        ),
    ),
)
