"""Tell the meter that the app stopped."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.deployments import stopping


@step(needs=(writes("money"),), usual_seconds=0.2)
def handler(run: Run) -> None:
    """Tell the meter that the app stopped."""
    stopping.finish_stop(wiring, run.record)
