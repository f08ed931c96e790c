"""Close what is not open to the world, cut containers off, set sshd and Docker."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS
from chalicelib.runtime.step import Run, step
from chalicelib.services.provisions import securing


@step(needs=(OPENS,), layers=("crypto", "nodes"), usual_seconds=2)
def handler(run: Run) -> None:
    """Close what is not open to the world, cut containers off, set sshd and Docker."""
    securing.secure(wiring, run.record)
