"""End a restore that was undone, and tell the cause."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.backups import restoring


@step(
    needs=(writes("money", "reservations", "routes"),), timeout=20, usual_seconds=0.3, undoes=True
)
def handler(run: Run) -> None:
    """End a restore that was undone, and tell the cause."""
    restoring.end_restore(wiring, run.record, run.error)
