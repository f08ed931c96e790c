"""Start again what was stopped for the backup."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, fetches, reads, writes
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.backups import backing_up


@step(
    needs=(OPENS, fetches("contents"), reads("reservations"), writes("reservations")),
    layers=("crypto", "nodes"),
    usual_seconds=2,
    within=600,
)
def handler(run: Run) -> Waiting | None:
    """Start again what was stopped for the backup."""
    awaited = backing_up.resume_app(wiring, run.record)
    return Waiting(awaited, soon=True) if awaited else None
