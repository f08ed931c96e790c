"""Let the record be what it was to be, and clear up on the node."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, SEALS, fetches, writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.redeploys import replacing


@step(
    needs=(OPENS, SEALS, fetches("contents"), writes("reservations", "routes")),
    layers=("crypto", "nodes"),
    usual_seconds=0.5,
)
def handler(run: Run) -> None:
    """Let the record be what it was to be, and clear up on the node."""
    replacing.finish_redeploy(wiring, run.record)
