"""Destroy the server with whatever is left on it; also when the proof failed."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, starts, writes
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.proofs import proof_ends


@step(
    needs=(reads("reservations"), writes("reservations"), starts("destroy")),
    layers=("crypto",),
    usual_seconds=10,
    within=900,
)
def handler(run: Run) -> Waiting | None:
    """Destroy the server with whatever is left on it; also when the proof failed."""
    awaited = proof_ends.server_going(wiring, run.record)
    return Waiting(awaited, soon=True) if awaited else None
