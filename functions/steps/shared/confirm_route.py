"""Wait until the app answers where its route leads."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.deployments.coming import wanted
from chalicelib.services.doors import proving


@step(needs=(OPENS,), layers=("crypto",), usual_seconds=1, within=60)
def handler(run: Run) -> Waiting | None:
    """Wait until the app answers where its route leads."""
    if not proving.route_answers(wiring, wanted(run.record)):
        return Waiting("Waiting for the app to answer on its port.", soon=True)
    return None
