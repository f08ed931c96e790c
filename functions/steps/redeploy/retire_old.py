"""Remove the old containers, and give the new ones their names."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, fetches
from chalicelib.runtime.step import Run, step
from chalicelib.services import replacing


@step(needs=(OPENS, fetches("contents")), layers=("crypto", "nodes"), timeout=120, usual_seconds=2)
def handler(run: Run) -> None:
    """Remove the old containers, and give the new ones their names."""
    replacing.retire_old(wiring, run.record)
