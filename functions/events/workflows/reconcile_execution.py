"""When an execution ends without its work's end being written, bring the work back at once."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Event, reads, starts, watches, writes
from chalicelib.runtime.observe import logger
from chalicelib.services.work.recovery import recover
from chalicelib.services.work.timelines import STORIES

MACHINES = tuple(STORIES)


def handler(event: dict[str, Any], _context: Any) -> dict[str, str]:
    """When an execution ends without its work's end being written, bring the work back at once."""
    detail = event.get("detail") or {}
    given = json.loads(detail.get("input") or "{}")
    record = wiring.records().get(str(given.get("id", "")))
    if record is None or record.work is None or record.work.execution != detail.get("name"):
        return {"outcome": "nothing_to_do"}
    outcome = recover(wiring, record)
    logger.info("reconciled", extra={"entity": record.id, "outcome": outcome})
    return {"outcome": outcome}


handler.declarations = (  # type: ignore[attr-defined]
    Event(
        pattern={
            "source": ["aws.states"],
            "detail-type": ["Step Functions Execution Status Change"],
            "detail": {"status": ["FAILED", "TIMED_OUT", "ABORTED"]},
        },
        timeout=30,
        needs=(
            reads("resources", "reservations"),
            writes("resources", "reservations", "journal", "money", "routes"),
            starts(*MACHINES),
            watches(*MACHINES),
        ),
    ),
)
