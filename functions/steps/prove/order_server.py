"""Order a server of the proof's own, as its creator."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, starts, writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.proofs import proof_server


@step(needs=(reads("reservations"), writes("reservations"), starts("provision")), usual_seconds=0.3)
def handler(run: Run) -> None:
    """Order a server of the proof's own, as its creator."""
    proof_server.order_server(wiring, run.record)
