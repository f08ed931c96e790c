"""Delete one's own record that nothing uses any more."""

from __future__ import annotations

from chalicelib.domain.errors import Conflict, Taken
from chalicelib.ports.records import Change, Count, Selection
from chalicelib.resources.registry import RESOURCES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Operation, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, declare
from chalicelib.services import uses
from chalicelib.services.counters import total_key


def refuse_used(call: Call) -> None:
    """Raise `Conflict` with code `in_use` while something hangs on the record.

    A key that Hoster made for a server goes with that alone.
    """
    target, singular = call.target, call.resource.singular
    made_for = target.attributes.get("provision_id")
    if made_for:
        detail = f"This {singular} was made for {made_for} and goes with it."
        raise Conflict(detail, code="in_use")
    uses.refuse_used(
        wiring,
        target.id,
        Selection("", parent=target.id),
        reader=call.caller.member,
        what=f"This {singular}",
        then="Remove what uses it first.",
    )


@declare(
    Operation(
        method="DELETE",
        path=f"/v1/{resource.name}/{{id}}",
        access="owner",
        resource=resource,
        success=204,
        needs=(
            reads("resources", "reservations"),
            writes("resources", "journal", "reservations"),
        ),
        verb="delete",
    )
    for resource in RESOURCES.values()
    if "delete" in resource.verbs
)
def handler(call: Call) -> Answer:
    """Delete one's own record that nothing uses any more."""
    target, records = call.target, wiring.records()
    refuse_used(call)
    final = call.resource.states.final
    try:
        records.commit(
            Change(of=target, status=final, bury=True, if_version=target.version),
            Count(total_key(target.type, target.owner), -1),
            *uses.none_left(target.id),
            wiring.told(target, "deleted", call.caller.member),
        )
    except Taken:
        refuse_used(call)
        raise
    return Answer(204)
