"""Undo: destroy the server that a failed provision made, and wait until it is gone."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.provisions import proofs


@step(needs=(OPENS,), layers=("crypto", "clouds"), usual_seconds=5, within=300, undoes=True)
def handler(run: Run) -> Waiting | None:
    """Undo: destroy the server that a failed provision made, and wait until it is gone."""
    if not proofs.destroy_server(wiring, run.record):
        return Waiting("Waiting for the provider to remove the server.", soon=True)
    proofs.forget_server(wiring, run.record)
    return None
