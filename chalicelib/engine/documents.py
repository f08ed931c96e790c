"""JSON:API documents as answers: what a reader may see of records."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from chalicelib.engine.links import BASE, page_links
from chalicelib.engine.query import View
from chalicelib.engine.resource import Resource
from chalicelib.ports.records import Page, Record

WHOLE = View()
"""Every field of everything, and nothing included."""


def show(
    resource: Resource,
    record: Record,
    *,
    reader: str | None,
    listed: bool,
    view: View = WHOLE,
) -> dict[str, Any]:
    """Write one record as a resource object, with what this reader may see of it."""
    owns = reader is not None and reader == record.owner
    wanted = view.fields.get(resource.name, resource.fields)
    attributes = _attributes(resource, record, owns=owns)
    if listed:
        attributes = {k: v for k, v in attributes.items() if k not in resource.not_in_lists}
    shown: dict[str, Any] = {
        "type": resource.name,
        "id": record.id,
        "attributes": {name: value for name, value in attributes.items() if name in wanted},
        "links": {"self": f"{BASE}/{resource.name}/{quote(record.id)}"},
        "meta": {"version": record.version},
    }
    relationships = {
        relation: {"data": {"type": resource.references[name], "id": attributes[name]}}
        for relation, name in resource.relations.items()
        if relation in wanted and attributes.get(name)
    }
    if relationships:
        shown["relationships"] = relationships
    return shown


def _attributes(resource: Resource, record: Record, *, owns: bool) -> dict[str, Any]:
    """Every attribute of a record that its owner, or somebody else, may see."""
    attributes: dict[str, Any] = {
        name: record.attributes.get(name)
        for name in resource.attributes.model_fields
        if owns or name not in resource.owner_only
    }
    attributes |= dict.fromkeys(sorted(resource.secrets))
    if resource.shows_status:
        attributes["status"] = record.status
    if resource.shows_status and resource.works:
        attributes |= {
            "health": record.health,
            "generation": record.generation,
            "work": _work(record) if owns else None,
        }
    return attributes | {
        resource.owner_field: record.owner,
        "created_at": record.created_at,
        "updated_at": record.updated_at,
    }


def _work(record: Record) -> dict[str, Any] | None:
    work = record.work
    if work is None:
        return None
    return {
        "kind": work.kind,
        "generation": work.generation,
        "execution": work.execution,
        "step": work.step,
        "started_at": work.started_at,
    }


def single(
    resource: Resource, record: Record, *, reader: str | None, view: View = WHOLE
) -> dict[str, Any]:
    """Write a document that holds one record."""
    return {"data": show(resource, record, reader=reader, listed=False, view=view)}


def collection(
    resource: Resource,
    page: Page,
    *,
    reader: str | None,
    limit: int,
    total: int | None,
    query: dict[str, str],
    view: View = WHOLE,
) -> dict[str, Any]:
    """Write a document that holds a page of records."""
    meta: dict[str, Any] = {"limit": limit}
    if total is not None:
        meta["total"] = total
    return {
        "data": [
            show(resource, record, reader=reader, listed=True, view=view) for record in page.records
        ],
        "meta": meta,
        "links": page_links(resource.name, query, after=page.after, before=page.before),
    }
