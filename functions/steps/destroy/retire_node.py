"""Take the node out of service, so that nothing new is placed on it."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.provisions import destroying


@step(
    layers=("crypto",),
    needs=(reads("reservations"), writes("reservations")),
    usual_seconds=0.3,
)
def handler(run: Run) -> None:
    """Take the node out of service, so that nothing new is placed on it."""
    destroying.retire_node(wiring, run.record)
