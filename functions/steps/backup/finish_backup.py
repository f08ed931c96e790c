"""End the backup as complete, with the app as it was."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, REMOVES_ARCHIVES, writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.backups import backing_up


@step(
    needs=(OPENS, REMOVES_ARCHIVES, writes("reservations")),
    layers=("crypto", "nodes"),
    usual_seconds=0.5,
)
def handler(run: Run) -> None:
    """End the backup as complete, with the app as it was."""
    backing_up.finish_backup(wiring, run.record)
