"""Have the server restarted by its provider."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS
from chalicelib.runtime.step import Run, step
from chalicelib.services.proofs import proof_stages


@step(needs=(OPENS,), layers=("crypto", "nodes", "clouds"), usual_seconds=3)
def handler(run: Run) -> None:
    """Have the server restarted by its provider."""
    proof_stages.restart_server(wiring, run.record)
