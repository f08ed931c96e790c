"""Take the proof back, and say what went wrong and when it is tried again."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import ZONES, writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.domains import certifying


@step(needs=(writes("routes"), ZONES), layers=("dns",), timeout=60, undoes=True, usual_seconds=0.2)
def handler(run: Run) -> None:
    """Take the proof back, and say what went wrong and when it is tried again."""
    certifying.undo(wiring, run.record, run.error)
