"""Show the steps of a node's latest check, with their states and times."""

from __future__ import annotations

from chalicelib.resources.nodes import NODES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import one, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services import timelines
from chalicelib.services.timelines import ShownTimeline


@operation(
    "GET /v1/nodes/{id}/timeline",
    access="owner",
    resource=NODES,
    answers=one("timelines", ShownTimeline),
    needs=(reads("resources", "journal"),),
)
def handler(call: Call) -> Answer:
    """Show the steps of a node's latest check, with their states and times."""
    attributes = timelines.shown(wiring, call.target)
    data = {"type": "timelines", "id": call.target.id, "attributes": attributes}
    return Answer(200, {"data": data})
