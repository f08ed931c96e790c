"""Wait until the server lets Hoster in with the planted keys."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.provisions import readying


@step(needs=(OPENS,), layers=("crypto", "nodes"), usual_seconds=15, within=420)
def handler(run: Run) -> Waiting | None:
    """Wait until the server lets Hoster in with the planted keys."""
    awaited = readying.ssh_state(wiring, run.record)
    return Waiting(awaited, soon=True) if awaited else None
