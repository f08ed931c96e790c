"""Bury the server's node, key and record together."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.provisions import destroying


@step(
    layers=("crypto",),
    needs=(reads("reservations"), writes("reservations")),
    usual_seconds=0.3,
)
def handler(run: Run) -> None:
    """Bury the server's node, key and record together."""
    destroying.finish_destroy(wiring, run.record)
