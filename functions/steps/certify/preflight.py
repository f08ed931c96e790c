"""Predict what the certificate authority will meet, before it is asked."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads
from chalicelib.runtime.step import Run, step
from chalicelib.services.domains import issuing


@step(needs=(reads("rates"),), layers=("dns",), timeout=90, usual_seconds=1)
def handler(run: Run) -> None:
    """Predict what the certificate authority will meet, before it is asked."""
    issuing.check(wiring, run.record)
