"""Have the node's door, through which the app proxy comes, where there is to be one."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, SEALS, reads, writes
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.doors import doors

PAUSES = {doors.LEAVING: 5.0, doors.BUSY: 5.0, doors.PULLING_AGAIN: 5.0}
"""What is awaited → seconds before which nothing new is to be seen."""


@step(
    needs=(OPENS, SEALS, reads("routes", "reservations"), writes("routes")),
    layers=("crypto", "nodes"),
    usual_seconds=3,
    within=300,
)
def handler(run: Run) -> Waiting | None:
    """Have the node's door, through which the app proxy comes, where there is to be one."""
    is_node = run.record.type == "nodes"
    settle = doors.settle_door_of_node if is_node else doors.open_door_of_server
    awaited = settle(wiring, run.record, anew=run.anew)
    pause = PAUSES.get(awaited, 0.0)
    return Waiting(awaited, soon=True, at_least=pause) if awaited else None
