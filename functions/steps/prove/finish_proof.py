"""Show what was measured on the version, and end the proof."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.proofs import template_proofs


@step(needs=(writes("reservations"),), usual_seconds=0.3)
def handler(run: Run) -> None:
    """Show what was measured on the version, and end the proof."""
    template_proofs.finish_proof(wiring, run.record)
