"""Order the server, or adopt the one that an earlier try made."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.provisions import ordering


@step(needs=(OPENS,), layers=("crypto", "clouds"), usual_seconds=1.5, within=300)
def handler(run: Run) -> Waiting | None:
    """Order the server, or adopt the one that an earlier try made."""
    awaited = ordering.create_server(wiring, run.record)
    return Waiting(awaited) if awaited else None
