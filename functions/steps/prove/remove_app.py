"""Remove the app from the server, as its creator would."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import starts
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.proofs import proof_removal


@step(needs=(starts("remove"),), usual_seconds=5, within=300)
def handler(run: Run) -> Waiting | None:
    """Remove the app from the server, as its creator would."""
    awaited = proof_removal.app_going(wiring, run.record)
    return Waiting(awaited, soon=True) if awaited else None
