"""End the giving up of a node: nothing lives there any more."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads
from chalicelib.runtime.step import Run, step
from chalicelib.services.nodes import lost_nodes


@step(needs=(reads("reservations"),), usual_seconds=0.2)
def handler(run: Run) -> None:
    """End the giving up of a node: nothing lives there any more."""
    lost_nodes.finish_lose(wiring, run.record)
