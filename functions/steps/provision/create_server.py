"""Order the server, or adopt the one that an earlier try made."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS
from chalicelib.runtime.step import Run, step
from chalicelib.services import provisions


@step(needs=(OPENS,), layers=("crypto", "clouds"), usual_seconds=1.5)
def handler(run: Run) -> None:
    """Order the server, or adopt the one that an earlier try made."""
    provisions.create_server(wiring, run.record)
