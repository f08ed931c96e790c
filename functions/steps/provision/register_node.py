"""Read what the server has and make it a node."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.provisions import readying


@step(needs=(OPENS, writes("reservations")), layers=("crypto", "nodes"), usual_seconds=1)
def handler(run: Run) -> None:
    """Read what the server has and make it a node."""
    readying.register_node(wiring, run.record)
