"""Look whether the server does what it was told, before apps may go there."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS
from chalicelib.runtime.step import Run, step
from chalicelib.services.provisions import verifying


@step(needs=(OPENS,), layers=("crypto", "nodes"), usual_seconds=3)
def handler(run: Run) -> None:
    """Look whether the server does what it was told, before apps may go there."""
    verifying.verify(wiring, run.record)
