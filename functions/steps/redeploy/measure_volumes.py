"""Decide what becomes of each service, and see that its volumes can be kept."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, fetches
from chalicelib.runtime.step import Run, step
from chalicelib.services.redeploys import setting_aside


@step(
    needs=(OPENS, fetches("contents")), layers=("crypto", "nodes"), timeout=120, usual_seconds=0.5
)
def handler(run: Run) -> None:
    """Decide what becomes of each service, and see that its volumes can be kept."""
    setting_aside.measure_volumes(wiring, run.record)
