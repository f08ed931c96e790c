"""Undo: take down what a failed or cancelled deploy started; volumes stay."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.deployments import outcomes


@step(needs=(OPENS, writes("routes")), layers=("crypto", "nodes"), usual_seconds=2, undoes=True)
def handler(run: Run) -> None:
    """Undo: take down what a failed or cancelled deploy started; volumes stay."""
    outcomes.undo_deploy(wiring, run.record)
