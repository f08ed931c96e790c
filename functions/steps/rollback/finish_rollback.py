"""Write what runs after a start that put things back."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, reads, writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.redeploys import undoing


@step(
    needs=(OPENS, reads("money"), writes("reservations", "money", "routes")),
    layers=("crypto", "nodes"),
    usual_seconds=0.3,
)
def handler(run: Run) -> None:
    """Write what runs after a start that put things back."""
    undoing.finish_rollback(wiring, run.record)
