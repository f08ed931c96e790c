"""Install Docker where the image lacks it, and wait until it answers."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.provisions import readying


@step(needs=(OPENS,), layers=("crypto", "nodes"), usual_seconds=30, within=600)
def handler(run: Run) -> Waiting | None:
    """Install Docker where the image lacks it, and wait until it answers."""
    awaited = readying.docker_state(wiring, run.record)
    return Waiting(awaited, soon=True) if awaited else None
