"""Stop what writes volumes that are to be kept, and copy them on the node."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, writes
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.redeploys import setting_aside


@step(
    needs=(OPENS, writes("routes")),
    layers=("crypto", "nodes"),
    timeout=120,
    usual_seconds=0.5,
    within=1800,
)
def handler(run: Run) -> Waiting | None:
    """Stop what writes volumes that are to be kept, and copy them on the node."""
    awaited = setting_aside.snapshot_volumes(wiring, run.record, anew=run.anew)
    return Waiting(awaited, soon=True) if awaited else None
