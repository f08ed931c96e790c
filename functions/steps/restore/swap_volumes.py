"""Stop the app, and put what was fetched into its volumes' place."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.backups import restoring


@step(needs=(OPENS, writes("routes")), layers=("crypto", "nodes"), timeout=120, usual_seconds=3)
def handler(run: Run) -> None:
    """Stop the app, and put what was fetched into its volumes' place."""
    restoring.swap_volumes(wiring, run.record)
