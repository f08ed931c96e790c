"""End failed work in `failed`, with the reason that the failing step wrote down."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.work.failures import fail_run


@step(
    needs=(writes("money", "reservations", "routes"),), timeout=20, undoes=True, usual_seconds=0.2
)
def handler(run: Run) -> None:
    """End failed work in `failed`, with the reason that the failing step wrote down."""
    fail_run(wiring, run.record, run.error)
