"""Undo: end what still sends, and start the app again."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, SENDS_ARCHIVES, fetches, reads, writes
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.backups import backing_up


@step(
    needs=(
        OPENS,
        SENDS_ARCHIVES,
        fetches("contents"),
        reads("reservations"),
        writes("reservations"),
    ),
    layers=("crypto", "nodes"),
    usual_seconds=3,
    within=600,
    undoes=True,
)
def handler(run: Run) -> Waiting | None:
    """Undo: end what still sends, and start the app again."""
    awaited = backing_up.undo_backup(wiring, run.record)
    return Waiting(awaited, soon=True) if awaited else None
