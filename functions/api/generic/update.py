"""Change attributes of one's own record."""

from __future__ import annotations

from chalicelib.domain.errors import BadRequest, NotFound, PreconditionFailed, Stale
from chalicelib.ports.records import Change
from chalicelib.resources.registry import RESOURCES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Operation, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, declare


@declare(
    Operation(
        method="PATCH",
        path=f"/v1/{resource.name}/{{id}}",
        access="owner",
        resource=resource,
        body=resource.update,
        needs=(reads("resources"), writes("resources", "journal")),
        verb="update",
    )
    for resource in RESOURCES.values()
    if "update" in resource.verbs
)
def handler(call: Call) -> Answer:
    """Change attributes of one's own record."""
    values = call.given.model_dump(mode="json")
    changed = {name: values[name] for name in sorted(call.sent)}
    if not changed:
        raise BadRequest("Send at least one attribute to change.", pointer="/data/attributes")
    target, records = call.target, wiring.records()
    change = Change(
        of=target,
        attributes=changed,
        if_status=tuple(sorted(call.resource.states.names - {call.resource.states.final})),
        if_version=call.matched,
    )
    told = wiring.told(target, "updated", call.caller.member, fields=sorted(changed))
    try:
        records.commit(change, told)
    except Stale as error:
        if call.matched is None:
            raise NotFound(f"The {call.resource.singular} {target.id} is gone.") from error
        raise PreconditionFailed("It changed meanwhile; read it again.") from error
    return call.show(records.get(target.id) or target)
