"""Wait until every service is healthy, or steady without a check."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, fetches
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.deployments import readiness
from chalicelib.services.deployments.coming import wanted


@step(needs=(OPENS, fetches("contents")), layers=("crypto", "nodes"), usual_seconds=4, within=600)
def handler(run: Run) -> Waiting | None:
    """Wait until every service is healthy, or steady without a check."""
    awaited = readiness.await_healthy(wiring, wanted(run.record))
    return Waiting(awaited[0], soon=True, at_least=awaited[1]) if awaited else None
