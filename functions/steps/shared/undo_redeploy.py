"""Undo: bring back route, data and containers of before a redeploy."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, fetches, reads, writes
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.deployments.coming import PROXY_SECONDS
from chalicelib.services.redeploys import undoing


@step(
    needs=(OPENS, fetches("contents"), reads("reservations"), writes("reservations", "routes")),
    layers=("crypto", "nodes"),
    timeout=120,
    usual_seconds=3,
    within=1800,
    undoes=True,
)
def handler(run: Run) -> Waiting | None:
    """Undo: bring back route, data and containers of before a redeploy."""
    awaited = undoing.undo_redeploy(wiring, run.record, run.error, anew=run.anew)
    at_least = PROXY_SECONDS if run.anew else 0.0
    return Waiting(awaited, soon=True, at_least=at_least) if awaited else None
