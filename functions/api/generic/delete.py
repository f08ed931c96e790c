"""Delete one's own record that nothing uses any more."""

from __future__ import annotations

from chalicelib.domain.errors import Conflict
from chalicelib.ports.records import Change, Count, Record, Selection
from chalicelib.resources.registry import RESOURCES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Operation, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, declare
from chalicelib.services.counters import total_key


def _users(target: Record) -> list[str]:
    """Name what hangs on a record, and the server that Hoster made it for: it goes with that."""
    page = wiring.records().select(
        Selection("", parent=target.id), limit=10, after=None, before=None
    )
    made_for = target.attributes.get("provision_id")
    return [record.id for record in page.records] + ([made_for] if made_for else [])


@declare(
    Operation(
        method="DELETE",
        path=f"/v1/{resource.name}/{{id}}",
        access="owner",
        resource=resource,
        success=204,
        needs=(reads("resources"), writes("resources", "journal", "reservations")),
        verb="delete",
    )
    for resource in RESOURCES.values()
    if "delete" in resource.verbs
)
def handler(call: Call) -> Answer:
    """Delete one's own record that nothing uses any more."""
    target, records = call.target, wiring.records()
    users = _users(target)
    if users:
        detail = f"This {call.resource.singular} is in use by {', '.join(users)}."
        raise Conflict(f"{detail} Remove what uses it first.", code="in_use")
    final = call.resource.states.final
    records.commit(
        Change(of=target, status=final, bury=True, if_version=target.version),
        Count(total_key(target.type, target.owner), -1),
        wiring.told(target, "deleted", call.caller.member),
    )
    return Answer(204)
