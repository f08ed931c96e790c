"""Undo: put back what the volumes held, and have the app as it was."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, fetches, reads, writes
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.backups import restoring


@step(
    needs=(OPENS, fetches("contents"), reads("reservations"), writes("reservations", "routes")),
    layers=("crypto", "nodes"),
    timeout=120,
    usual_seconds=3,
    within=600,
    undoes=True,
)
def handler(run: Run) -> Waiting | None:
    """Undo: put back what the volumes held, and have the app as it was."""
    awaited = restoring.undo_restore(wiring, run.record)
    return Waiting(awaited, soon=True) if awaited else None
