"""Make the key, and have the certificate signed."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, SEALS, reads, writes
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.domains import issuing


@step(
    needs=(OPENS, SEALS, reads("rates"), writes("rates")),
    layers=("crypto", "acme", "dns"),
    timeout=90,
    usual_seconds=3,
    within=180,
)
def handler(run: Run) -> Waiting | None:
    """Make the key, and have the certificate signed."""
    awaited = issuing.finish(wiring, run.record)
    return Waiting(awaited, soon=True) if awaited else None
