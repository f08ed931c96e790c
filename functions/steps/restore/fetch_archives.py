"""Have the server fetch the archives, and unpack them beside the volumes."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import FETCHES_ARCHIVES, OPENS
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.backups import restoring


@step(needs=(OPENS, FETCHES_ARCHIVES), layers=("crypto", "nodes"), usual_seconds=10, within=1800)
def handler(run: Run) -> Waiting | None:
    """Have the server fetch the archives, and unpack them beside the volumes."""
    awaited = restoring.fetch_archives(wiring, run.record, anew=run.anew)
    return Waiting(awaited, soon=True) if awaited else None
