"""Wait until the provider says that the server is active and has an address."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services import provisions


@step(needs=(OPENS,), layers=("crypto", "clouds"), usual_seconds=20, within=600)
def handler(run: Run) -> Waiting | None:
    """Wait until the provider says that the server is active and has an address."""
    if provisions.server_address(wiring, run.record) is None:
        return Waiting("Waiting for the provider to start the server.")
    return None
