"""Undo: start again what a failed or cancelled restart left stopped."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, fetches
from chalicelib.runtime.step import Run, step
from chalicelib.services.deployments import restarting


@step(needs=(OPENS, fetches("contents")), layers=("crypto", "nodes"), usual_seconds=2, undoes=True)
def handler(run: Run) -> None:
    """Undo: start again what a failed or cancelled restart left stopped."""
    restarting.undo_restart(wiring, run.record, run.error)
