"""Replace the planted host key over the first verified connection."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS
from chalicelib.runtime.step import Run, step
from chalicelib.services.provisions import readying


@step(needs=(OPENS,), layers=("crypto", "nodes"), usual_seconds=1)
def handler(run: Run) -> None:
    """Replace the planted host key over the first verified connection."""
    readying.replace_host_key(wiring, run.record)
