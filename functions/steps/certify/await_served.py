"""Wait until every app proxy shows the certificate."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.domains import issuing


@step(layers=("dns",), timeout=90, usual_seconds=2, within=120)
def handler(run: Run) -> Waiting | None:
    """Wait until every app proxy shows the certificate."""
    awaited = issuing.served(wiring, run.record)
    return Waiting(awaited, soon=True) if awaited else None
