"""Lead the app's host names to its node and port."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.deployments import routes
from chalicelib.services.deployments.coming import leads_later, wanted


@step(needs=(writes("routes"),), usual_seconds=0.2)
def handler(run: Run) -> None:
    """Lead the app's host names to its node and port, unless that comes with a later write."""
    if not leads_later(run.record):
        routes.publish_route(wiring, wanted(run.record))
