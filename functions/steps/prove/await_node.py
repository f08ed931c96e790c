"""Wait until the server is ready."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.proofs import proof_server


@step(usual_seconds=75, within=1800)
def handler(run: Run) -> Waiting | None:
    """Wait until the server is ready."""
    awaited = proof_server.server_awaited(wiring, run.record)
    return Waiting(awaited, soon=True) if awaited else None
