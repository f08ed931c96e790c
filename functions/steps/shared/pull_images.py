"""Pull the images and tell how far they are."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, fetches, reads
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.deployments import deploying
from chalicelib.services.deployments.coming import wanted


@step(
    needs=(OPENS, fetches("contents"), reads("reservations")),
    layers=("crypto", "nodes"),
    usual_seconds=20,
    within=900,
)
def handler(run: Run) -> Waiting | None:
    """Pull the images and tell how far they are."""
    pulling = deploying.pull_images(wiring, wanted(run.record), anew=run.anew)
    if pulling is None:
        return None
    message, progress = pulling
    return Waiting(message, progress, soon=True)
