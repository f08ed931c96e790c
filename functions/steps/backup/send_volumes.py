"""Have the server send its volumes, packed and encrypted, to the bucket."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, SENDS_ARCHIVES
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.backups import backup_sending


@step(
    needs=(OPENS, SENDS_ARCHIVES),
    layers=("crypto", "nodes"),
    usual_seconds=10,
    within=1800,
    at_most=86_400,
    closely=True,
)
def handler(run: Run) -> Waiting | None:
    """Have the server send its volumes, packed and encrypted, to the bucket."""
    awaited = backup_sending.send_volumes(wiring, run.record, anew=run.anew)
    return Waiting(awaited.message, soon=True, done=awaited.bytes) if awaited else None
