"""Destroy the server and wait until the provider no longer knows it."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.provisions import proofs
from chalicelib.services.provisions.doubts import is_in_doubt


@step(needs=(OPENS,), layers=("crypto", "clouds"), usual_seconds=5, within=600)
def handler(run: Run) -> Waiting | None:
    """Destroy the server and wait until the provider no longer knows it."""
    if proofs.destroy_server(wiring, run.record):
        return None
    if is_in_doubt(wiring, run.record) and not run.record.attributes.get("provider_instance_id"):
        return Waiting("Waiting whether the provider shows a server of the order.", soon=True)
    return Waiting("Waiting for the provider to remove the server.", soon=True)
