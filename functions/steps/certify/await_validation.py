"""Let the certificate authority look at the proof, until it believes."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, SEALS
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.domains import issuing


@step(
    needs=(OPENS, SEALS),
    layers=("crypto", "acme"),
    timeout=90,
    usual_seconds=4,
    within=180,
)
def handler(run: Run) -> Waiting | None:
    """Let the certificate authority look at the proof, until it believes."""
    awaited = issuing.validate(wiring, run.record)
    return Waiting(awaited, soon=True) if awaited else None
