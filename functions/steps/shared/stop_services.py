"""Stop every container with its grace period, and see that none runs."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS
from chalicelib.runtime.step import Run, step
from chalicelib.services.deployments import stopping


@step(needs=(OPENS,), layers=("crypto", "nodes"), timeout=120, usual_seconds=3)
def handler(run: Run) -> None:
    """Stop every container with its grace period, and see that none runs."""
    stopping.stop_services(wiring, run.record)
