"""Write what runs after the restart."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS
from chalicelib.runtime.step import Run, step
from chalicelib.services.deployments import restarting


@step(needs=(OPENS,), layers=("crypto", "nodes"), usual_seconds=0.3)
def handler(run: Run) -> None:
    """Write what runs after the restart."""
    restarting.finish_restart(wiring, run.record)
