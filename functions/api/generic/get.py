"""Get one record that the caller may see."""

from __future__ import annotations

from chalicelib.domain.errors import NotFound
from chalicelib.engine.visibility import can_see
from chalicelib.resources.registry import RESOURCES
from chalicelib.runtime import tags, wiring
from chalicelib.runtime.declaration import Operation, fetches, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.included import with_included
from chalicelib.runtime.operation import Call, declare


@declare(
    Operation(
        method="GET",
        path=f"/v1/{resource.name}/{{id}}",
        access="anyone" if resource.public_read else "member",
        resource=resource,
        needs=(
            reads("resources", *(("reservations",) if resource.counters else ())),
            *((fetches("contents"),) if resource.in_contents else ()),
        ),
        verb="get",
        related=RESOURCES,
    )
    for resource in RESOURCES.values()
    if "get" in resource.verbs
)
def handler(call: Call) -> Answer:
    """Get one record that the caller may see.

    A caller who has its version already (`If-None-Match`) is told so, unless the answer holds
    more than the version tells of: figures that change beside it, and what comes along.
    """
    resource, user = call.resource, call.caller.user
    record_id = call.request.parameters.get("id", "")
    record = wiring.records().get(record_id)
    if record is None or not can_see(resource, record, user):
        raise NotFound(f"There is no {resource.singular} {record_id} that you can see.")
    known = tags.is_known(call.request, record)
    if known and call.operation.tagged and call.view.include is None:
        return Answer(304, None, {"ETag": tags.tag_of(record)})
    return with_included(call.show(record), call, (record,), call.view)
