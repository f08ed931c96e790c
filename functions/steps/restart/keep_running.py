"""End a cancelled restart: the app runs as before, if need be on another host port."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.deployments import restarting


@step(needs=(writes("routes"),), timeout=20, undoes=True, usual_seconds=0.2)
def handler(run: Run) -> None:
    """End a cancelled restart: the app runs as before, if need be on another host port."""
    restarting.keep_running(wiring, run.record)
