"""Wait until the app runs, looking at what it uses."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, fetches
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.proofs import proof_stages


@step(needs=(OPENS, fetches("contents")), layers=("crypto", "nodes"), usual_seconds=30, within=1200)
def handler(run: Run) -> Waiting | None:
    """Wait until the app runs, looking at what it uses."""
    awaited = proof_stages.app_awaited(wiring, run.record)
    return Waiting(awaited, soon=True) if awaited else None
