"""Have the server fetch the archives, and unpack them beside the volumes."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import FETCHES_ARCHIVES, OPENS, fetches
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.backups import restoring


@step(
    needs=(OPENS, FETCHES_ARCHIVES, fetches("contents")),
    layers=("crypto", "nodes"),
    usual_seconds=10,
    within=1800,
    at_most=86_400,
)
def handler(run: Run) -> Waiting | None:
    """Have the server fetch the archives, and unpack them beside the volumes."""
    awaited = restoring.fetch_archives(wiring, run.record, anew=run.anew)
    return Waiting(awaited.message, soon=True, done=awaited.bytes) if awaited else None
