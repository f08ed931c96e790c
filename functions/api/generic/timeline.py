"""Show the steps of the latest work on a record, with their states and times."""

from __future__ import annotations

from chalicelib.resources.account_exports import ACCOUNT_EXPORTS
from chalicelib.resources.cloud_provisions import CLOUD_PROVISIONS
from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.resources.nodes import NODES
from chalicelib.resources.template_proofs import TEMPLATE_PROOFS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Operation, one, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, declare
from chalicelib.services.work import timelines
from chalicelib.services.work.timelines import ShownTimeline


@declare(
    Operation(
        method="GET",
        path=f"/v1/{resource.name}/{{id}}/timeline",
        access="owner",
        resource=resource,
        answers=one("timelines", ShownTimeline),
        needs=(reads("resources", "journal"),),
        verb="timeline",
    )
    for resource in (DEPLOYMENTS, NODES, CLOUD_PROVISIONS, TEMPLATE_PROOFS, ACCOUNT_EXPORTS)
)
def handler(call: Call) -> Answer:
    """Show the steps of the latest work on a record, with their states and times."""
    attributes = timelines.shown(wiring, call.target)
    data = {"type": "timelines", "id": call.target.id, "attributes": attributes}
    return Answer(200, {"data": data})
