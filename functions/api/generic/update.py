"""Change attributes of one's own record."""

from __future__ import annotations

from chalicelib.domain.errors import BadRequest, PreconditionFailed, Stale
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
    matched = call.request.header("if-match") not in {None, "*"}
    change = Change(
        of=call.target, attributes=changed, if_version=call.target.version if matched else None
    )
    records, told = wiring.records(), sorted(changed)
    try:
        records.commit(change, wiring.told(call.target, "updated", call.caller.member, fields=told))
    except Stale as error:
        raise PreconditionFailed("It changed meanwhile; read it again.") from error
    return call.show(records.get(call.target.id) or call.target)
