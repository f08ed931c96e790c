"""Have every account swept, and look at what is worked on for too long or for nobody.

`make sweep` asks this function too: with `lift`, sweeps repair again after a restore; with
`reports`, it answers with the last reports and asks for nothing.
"""

from __future__ import annotations

from typing import Any

from chalicelib.ports.records import WATCH_SHARDS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Schedule, lists, reads, sends, watches, writes
from chalicelib.runtime.observe import count, logger
from chalicelib.services import scrubbing, sweep_state, sweep_work
from chalicelib.services.sweep_asking import CREDENTIALS, ask_for_sweeps
from chalicelib.services.sweep_work import look_at_work
from chalicelib.services.timelines import STORIES

MACHINES = tuple(STORIES)
REPORTED = 500
"""Accounts whose reports one answer holds at most."""


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Have every account swept, and look at what is worked on for too long or for nobody."""
    if event.get("reports"):
        return _reports()
    if event.get("lift"):
        sweep_state.lift(wiring)
        logger.info("lifted")
    begun, mode = wiring.now(), sweep_state.beat(wiring)
    work = look_at_work(wiring)
    count(StuckWork=work["counts"]["StuckWork"])
    asked = ask_for_sweeps(wiring)
    logger.info("asked_for_sweeps", extra={"accounts": asked, "report_only": mode.reason})
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
        "accounts": {one: reports.of(one) for one in ids},
        "work": reports.of(sweep_work.SUBJECT),
        "reservations": reports.of(scrubbing.SUBJECT),
    }


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
