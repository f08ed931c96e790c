"""Measure what the app takes of the disk, and write every figure."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, fetches
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.proofs import proof_stages


@step(needs=(OPENS, fetches("contents")), layers=("crypto", "nodes"), usual_seconds=5, within=120)
def handler(run: Run) -> Waiting | None:
    """Measure what the app takes of the disk, and write every figure."""
    awaited = proof_stages.disk_awaited(wiring, run.record, waited=run.waited)
    return Waiting(awaited, soon=True) if awaited else None
