"""Stop leading people to the app."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.deployments import routes


@step(needs=(writes("routes"),), usual_seconds=0.2)
def handler(run: Run) -> None:
    """Stop leading people to the app."""
    routes.withdraw_route(wiring, run.record)
