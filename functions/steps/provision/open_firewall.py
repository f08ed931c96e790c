"""Have the provider let in SSH, the app ports, and the web where wanted, alone."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS
from chalicelib.runtime.step import Run, step
from chalicelib.services.provisions import provisions


@step(needs=(OPENS,), layers=("crypto", "clouds"), usual_seconds=1)
def handler(run: Run) -> None:
    """Have the provider let in SSH, the app ports, and the web where wanted, alone."""
    provisions.open_firewall(wiring, run.record)
