"""Get one record that the caller may see."""

from __future__ import annotations

from chalicelib.domain.errors import NotFound
from chalicelib.resources.registry import RESOURCES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Operation, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, declare


@declare(
    Operation(
        method="GET",
        path=f"/v1/{resource.name}/{{id}}",
        access="anyone" if resource.public_read else "member",
        resource=resource,
        needs=(reads("resources"),),
        verb="get",
    )
    for resource in RESOURCES.values()
    if "get" in resource.verbs
)
def handler(call: Call) -> Answer:
    """Get one record that the caller may see."""
    resource, user = call.resource, call.caller.user
    record_id = call.request.parameters.get("id", "")
    record = wiring.records().get(record_id)
    if record is not None and record.type == resource.name:
        open_to_all = record.public and (resource.public_read or resource.member_read)
        buried = record.status == resource.states.final
        if not buried and (open_to_all or (user is not None and record.owner == user)):
            return call.show(record)
    raise NotFound(f"There is no {resource.singular} {record_id} that you can see.")
