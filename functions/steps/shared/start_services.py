"""Start each service once what it depends on holds."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, fetches, reads, writes
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.deployments import deploying
from chalicelib.services.deployments.coming import wanted


@step(
    needs=(OPENS, fetches("contents"), reads("reservations"), writes("reservations")),
    layers=("crypto", "nodes"),
    usual_seconds=2,
    within=600,
)
def handler(run: Run) -> Waiting | None:
    """Start each service once what it depends on holds."""
    awaited = deploying.start_services(wiring, wanted(run.record))
    return Waiting(awaited, soon=True) if awaited else None
