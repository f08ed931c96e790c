"""Let go of what the volumes held before, and tell the meter."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, reads, writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.backups import restoring


@step(
    needs=(OPENS, reads("money"), writes("money", "reservations")),
    layers=("crypto", "nodes"),
    usual_seconds=0.5,
)
def handler(run: Run) -> None:
    """Let go of what the volumes held before, and tell the meter."""
    restoring.finish_restore(wiring, run.record)
