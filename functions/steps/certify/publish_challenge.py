"""Show the proof of the name, and wait until it is seen everywhere."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import ZONES, writes
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.domains import issuing


@step(
    needs=(writes("routes"), ZONES),
    layers=("dns",),
    timeout=90,
    usual_seconds=2,
    within=180,
)
def handler(run: Run) -> Waiting | None:
    """Show the proof of the name, and wait until it is seen everywhere."""
    awaited = issuing.publish(wiring, run.record, anew=run.anew)
    return Waiting(awaited, soon=True) if awaited else None
