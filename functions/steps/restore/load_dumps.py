"""Start the services that have a dump alone, and have them load it."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, fetches, reads, writes
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.backups import loading


@step(
    needs=(OPENS, fetches("contents"), reads("reservations"), writes("reservations")),
    layers=("crypto", "nodes"),
    usual_seconds=1,
    within=1800,
    at_most=86_400,
)
def handler(run: Run) -> Waiting | None:
    """Start the services that have a dump alone, and have them load it."""
    awaited = loading.load_dumps(wiring, run.record)
    return Waiting(awaited.message, soon=True, done=awaited.bytes) if awaited else None
