"""See that the bucket has what the server sent: by size and by sum."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, SENDS_ARCHIVES
from chalicelib.runtime.step import Run, step
from chalicelib.services.backups import backing_up


@step(needs=(OPENS, SENDS_ARCHIVES), layers=("crypto",), timeout=120, usual_seconds=1)
def handler(run: Run) -> None:
    """See that the bucket has what the server sent: by size and by sum."""
    backing_up.check_archives(wiring, run.record)
