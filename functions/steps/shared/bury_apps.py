"""Close the apps that lived on a server that is gone, and give back what they held."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, writes
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.deployments import burying


@step(
    needs=(reads("reservations"), writes("reservations", "money", "routes")),
    layers=("crypto",),
    usual_seconds=0.3,
    within=1800,
)
def handler(run: Run) -> Waiting | None:
    """Close the apps that lived on a server that is gone, and give back what they held."""
    awaited = burying.bury_apps(wiring, run.record, waited=run.waited)
    return Waiting(awaited, soon=True) if awaited else None
