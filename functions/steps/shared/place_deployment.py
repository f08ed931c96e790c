"""Reserve the port, the host name and the room on the node."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.deployments import placement


@step(needs=(writes("reservations"), reads("reservations")), usual_seconds=0.3)
def handler(run: Run) -> None:
    """Reserve the port, the host name and the room on the node."""
    placement.place(wiring, run.record)
