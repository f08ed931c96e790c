"""Wait until what ran before a redeploy runs again, then clear up."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, fetches
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.redeploys import undoing


@step(
    needs=(OPENS, fetches("contents")),
    layers=("crypto", "nodes"),
    usual_seconds=4,
    within=600,
    undoes=True,
)
def handler(run: Run) -> Waiting | None:
    """Wait until what ran before a redeploy runs again, then clear up."""
    awaited = undoing.await_old(wiring, run.record)
    return Waiting(awaited[0], soon=True, at_least=awaited[1]) if awaited else None
