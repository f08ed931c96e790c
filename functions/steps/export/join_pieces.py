"""Join the pieces of an account's export into one archive."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import fetches, keeps
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.exports import exporting


@step(
    needs=(fetches("downloads", "exports"), keeps("exports")),
    memory=512,
    usual_seconds=1,
    within=900,
)
def handler(run: Run) -> Waiting | None:
    """Join the pieces of an account's export into one archive."""
    awaited = exporting.join_pieces(wiring, run.record)
    return Waiting(awaited, soon=True) if awaited else None
