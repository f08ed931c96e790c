"""List records of a resource, newest first, a page at a time."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.domain.errors import BadRequest
from chalicelib.engine import documents
from chalicelib.engine.query import ListQuery, parse_list
from chalicelib.engine.resource import Resource
from chalicelib.ports.records import Selection
from chalicelib.resources.registry import RESOURCES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Operation, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.included import with_included
from chalicelib.runtime.kept import with_counters
from chalicelib.runtime.operation import Call, declare
from chalicelib.services.counters import total_key


def selection_for(resource: Resource, query: ListQuery, user: str | None) -> Selection:
    """Choose the indexes that answer a list: filters are of one's own records."""
    if resource.public_read and query.scope != "mine":
        if query.filters:
            raise BadRequest("Filters work with scope=mine.", parameter="filter")
        return Selection(resource.name, public=True)
    for name, value in query.filters.items():
        if name == "status":
            if value not in resource.states.names:
                known = ", ".join(sorted(resource.states.names))
                raise BadRequest(f"filter[status] is one of {known}.", parameter="filter[status]")
            return Selection(resource.name, owner=user, status=value)
        if name == "node_id":
            return Selection(resource.name, owner=user, node=value)
        return Selection(resource.name, owner=user, parent=resource.hangs_on.format(id=value))
    others = resource.member_read and query.scope != "mine"
    return Selection(resource.name, owner=user, public=others)


@declare(
    Operation(
        method="GET",
        path=f"/v1/{resource.name}",
        access="anyone" if resource.public_read else "member",
        resource=resource,
        needs=(reads("resources", "reservations"),),
        verb="list",
        related=RESOURCES,
    )
    for resource in RESOURCES.values()
    if "list" in resource.verbs
)
def handler(call: Call) -> Answer:
    """List records of a resource, newest first, a page at a time."""
    resource = call.resource
    query = parse_list(resource, call.request.query, call.operation.related)
    if query.scope == "mine":
        _ = call.caller.member
    selection = selection_for(resource, query, call.caller.user)
    page = wiring.records().select(
        selection,
        limit=query.size,
        after=query.after,
        before=query.before,
        oldest_first=query.sort == "created_at",
    )
    total = None
    if resource.counted and selection == Selection(resource.name, owner=call.caller.user):
        total = int(wiring.records().counter(total_key(resource.name, call.caller.member)))
    document = documents.collection(
        resource,
        replace(page, records=with_counters(resource, page.records)),
        reader=call.caller.user,
        limit=query.size,
        total=total,
        query={word: values[0] for word, values in call.request.query.items()},
        view=query.view,
    )
    return with_included(Answer(200, document), call, page.records, query.view)
