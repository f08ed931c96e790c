"""Look for a while at what the app uses by itself."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, fetches
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.proofs import proof_stages


@step(needs=(OPENS, fetches("contents")), layers=("crypto", "nodes"), usual_seconds=15, within=60)
def handler(run: Run) -> Waiting | None:
    """Look for a while at what the app uses by itself."""
    proof_stages.observed(wiring, run.record)
    left = proof_stages.OBSERVED_SECONDS - run.waited
    return Waiting("Looking at what the app uses.", soon=True) if left > 0 else None
