"""Measure the volumes, and have a place in the bucket for each."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, SEALS, SENDS_ARCHIVES, fetches
from chalicelib.runtime.step import Run, step
from chalicelib.services.backups import backing_up


@step(
    needs=(OPENS, SEALS, SENDS_ARCHIVES, fetches("contents")),
    layers=("crypto", "nodes"),
    timeout=120,
    usual_seconds=1,
)
def handler(run: Run) -> None:
    """Measure the volumes, and have a place in the bucket for each."""
    backing_up.open_archives(wiring, run.record)
