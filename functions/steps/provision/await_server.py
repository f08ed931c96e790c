"""Wait until the provider says that the server is active and has an address."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.provisions import provisions


@step(needs=(OPENS,), layers=("crypto", "clouds"), usual_seconds=20, within=600)
def handler(run: Run) -> Waiting | None:
    """Wait until the provider says that the server is active and has an address."""
    awaited = provisions.server_state(wiring, run.record)
    return Waiting(awaited, soon=True) if awaited else None
