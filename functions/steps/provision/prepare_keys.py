"""Make the keys of a server and record them before it is ordered."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import SEALS, writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.provisions import provisions


@step(needs=(SEALS, writes("reservations")), layers=("crypto",), usual_seconds=0.3)
def handler(run: Run) -> None:
    """Make the keys of a server and record them before it is ordered."""
    provisions.prepare_keys(wiring, run.record)
