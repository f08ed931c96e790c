"""Cut containers off from the metadata address and the server's sshd."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS
from chalicelib.runtime.step import Run, step
from chalicelib.services import readying


@step(needs=(OPENS,), layers=("crypto", "nodes"), usual_seconds=1)
def handler(run: Run) -> None:
    """Cut containers off from the metadata address and the server's sshd."""
    readying.secure(wiring, run.record)
