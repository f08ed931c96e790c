"""Records that come along with an answer: what its own records refer to (`include`)."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.engine import documents
from chalicelib.engine.query import View
from chalicelib.engine.resource import Resource
from chalicelib.engine.visibility import can_see
from chalicelib.ports.records import Record
from chalicelib.runtime import wiring
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call


def with_included(answer: Answer, call: Call, records: tuple[Record, ...], view: View) -> Answer:
    """Add what the view includes, each record once, if the caller may see it.

    All of them are one read, whatever the number of records and relations.
    """
    if view.include is None or answer.document is None:
        return answer
    reader, wanted = call.caller.user, _targets(call, records, view.include)
    found = wiring.records().get_many(tuple(wanted))
    shown = [
        documents.show(wanted[record_id], record, reader=reader, listed=True, view=view)
        for record_id, record in found.items()
        if can_see(wanted[record_id], record, reader)
    ]
    return replace(answer, document={**answer.document, "included": shown})


def _targets(
    call: Call, records: tuple[Record, ...], relations: tuple[str, ...]
) -> dict[str, Resource]:
    """The ids to which relations lead from what the caller sees, each with its resource."""
    resource, found = call.resource, {}
    for record in records:
        for relation in relations:
            name = resource.relations[relation]
            target = record.attributes.get(name)
            hidden = name in resource.owner_only and record.owner != call.caller.user
            if target and not hidden:
                found[target] = call.operation.related[resource.references[name]]
    return found
