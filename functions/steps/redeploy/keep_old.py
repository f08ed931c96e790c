"""End an undone redeploy: the app runs as before, and the cause is told."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.redeploys import undoing


@step(needs=(writes("reservations", "routes"),), timeout=20, undoes=True, usual_seconds=0.2)
def handler(run: Run) -> None:
    """End an undone redeploy: the app runs as before, and the cause is told."""
    undoing.keep_old(wiring, run.record)
