"""Wait until the app is healthy and reached again."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, fetches
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.proofs import proof_stages


@step(needs=(OPENS, fetches("contents")), layers=("crypto", "nodes"), usual_seconds=30, within=600)
def handler(run: Run) -> Waiting | None:
    """Wait until the app is healthy and reached again."""
    awaited = proof_stages.return_awaited(wiring, run.record)
    return Waiting(awaited, soon=True) if awaited else None
