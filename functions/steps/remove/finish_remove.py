"""Give back what was reserved and bury the record."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.deployments import removing


@step(needs=(writes("reservations", "money", "routes"),), usual_seconds=0.2)
def handler(run: Run) -> None:
    """Give back what was reserved and bury the record."""
    removing.finish_remove(wiring, run.record)
