"""Write what runs and tell the meter."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, reads, writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.deployments import outcomes


@step(
    needs=(OPENS, reads("money"), writes("money", "reservations")),
    layers=("crypto", "nodes"),
    usual_seconds=0.3,
)
def handler(run: Run) -> None:
    """Write what runs and tell the meter."""
    outcomes.finish_deploy(wiring, run.record)
