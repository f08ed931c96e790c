"""End an export whose archive can be fetched."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.step import Run, step
from chalicelib.services.exports import exporting


@step(usual_seconds=0.2)
def handler(run: Run) -> None:
    """End an export whose archive can be fetched."""
    exporting.finish(wiring, run.record)
