"""Reserve second ports and room for what comes next."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, fetches, reads, writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.redeploys import second_place


@step(
    needs=(OPENS, fetches("contents"), reads("reservations"), writes("reservations")),
    layers=("crypto",),
    usual_seconds=0.3,
)
def handler(run: Run) -> None:
    """Reserve second ports and room for what comes next."""
    second_place.place_redeploy(wiring, run.record)
