"""Open the app as a visitor does, through the app proxies."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, fetches
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.proofs import proof_stages


@step(needs=(OPENS, fetches("contents")), layers=("crypto", "nodes"), usual_seconds=1, within=60)
def handler(run: Run) -> Waiting | None:
    """Open the app as a visitor does, through the app proxies."""
    awaited = proof_stages.route_awaited(wiring, run.record)
    return Waiting(awaited, soon=True) if awaited else None
