"""Have the server send what services dump, packed and encrypted, while the app runs."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, SENDS_ARCHIVES
from chalicelib.runtime.step import Done, Run, Waiting, step
from chalicelib.services.backups import backup_sending


@step(
    needs=(OPENS, SENDS_ARCHIVES),
    layers=("crypto", "nodes"),
    usual_seconds=5,
    within=1800,
    at_most=86_400,
)
def handler(run: Run) -> Waiting | Done:
    """Have the server send what services dump, packed and encrypted, while the app runs."""
    awaited = backup_sending.send_dumps(wiring, run.record, anew=run.anew)
    if awaited:
        return Waiting(awaited.message, soon=True, done=awaited.bytes)
    return Done(left=backup_sending.is_left(wiring, run.record))
