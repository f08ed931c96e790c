"""End a backup that failed: it says why, and the app is what it was."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, REMOVES_ARCHIVES, writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.backups import backing_up


@step(
    needs=(OPENS, REMOVES_ARCHIVES, writes("reservations")),
    layers=("crypto", "nodes"),
    usual_seconds=0.3,
    undoes=True,
)
def handler(run: Run) -> None:
    """End a backup that failed: it says why, and the app is what it was."""
    backing_up.end_backup(wiring, run.record, run.error)
