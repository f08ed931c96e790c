"""Have the apps of an account backed up for its export, a few at a time."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, fetches, starts, writes
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.exports import fresh_backups


@step(
    needs=(writes("reservations"), OPENS, fetches("contents"), starts("backup")),
    layers=("crypto", "nodes"),
    usual_seconds=0.3,
    within=1800,
    at_most=25_200,
    closely=True,
)
def handler(run: Run) -> Waiting | None:
    """Have the apps of an account backed up for its export, a few at a time."""
    awaited = fresh_backups.back_up_apps(wiring, run.record)
    if awaited is None:
        return None
    progress = {"done": awaited.done, "total": awaited.total, "unit": "apps"}
    return Waiting(awaited.message, progress, soon=True, done=awaited.moved)
