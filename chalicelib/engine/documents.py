"""JSON:API documents, out and in."""

from __future__ import annotations

from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from chalicelib.domain.errors import BadRequest, Conflict, Fault, Forbidden, Invalid
from chalicelib.engine.query import CURSORS, View
from chalicelib.engine.resource import Resource
from chalicelib.ports.records import Page, Record

BASE = "/api/v1"
WHOLE = View()
"""Every field of everything, and nothing included."""
Model = TypeVar("Model", bound=BaseModel)


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
        attributes |= {
            "status": record.status,
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
        "links": {
            "self": _link(resource, query, {}),
            "next": _link(resource, query, {"page[after]": page.after}) if page.after else None,
            "prev": _link(resource, query, {"page[before]": page.before}) if page.before else None,
        },
    }


def _link(resource: Resource, query: dict[str, str], cursor: dict[str, str]) -> str:
    kept = {k: v for k, v in query.items() if not cursor or k not in CURSORS}
    words = "&".join(
        f"{quote(name, safe='[]')}={quote(value, safe='')}"
        for name, value in (kept | cursor).items()
    )
    return f"{BASE}/{resource.name}" + (f"?{words}" if words else "")


def attributes_of(
    document: dict[str, Any], *, type_name: str, record_id: str | None = None
) -> dict[str, Any]:
    """Take the attributes out of a request document.

    Raises `BadRequest` for another shape and `Conflict` for another type or id.
    """
    data = document.get("data")
    if not isinstance(data, dict) or not isinstance(data.get("attributes", {}), dict):
        detail = f'Send {{"data":{{"type":"{type_name}","attributes":{{…}}}}}}.'
        raise BadRequest(detail, pointer="/data")
    if data.get("type", type_name) != type_name:
        detail = f"This path takes documents of type {type_name}."
        raise Conflict(detail, code="type_mismatch", pointer="/data/type")
    if record_id is not None and data.get("id", record_id) != record_id:
        detail = "The id in the document is not the one in the path."
        raise Conflict(detail, code="id_mismatch", pointer="/data/id")
    attributes: dict[str, Any] = data.get("attributes", {})
    return attributes


def validated(model: type[Model], attributes: dict[str, Any]) -> Model:
    """Validate attributes. Raises `Invalid` with every fault, one for each place."""
    try:
        return model.model_validate(attributes)
    except ValidationError as error:
        faults: dict[str, Fault] = {}
        for entry in error.errors(include_url=False):
            fault = _fault(entry, attributes)
            faults.setdefault(fault.pointer, fault)
        # A model may know what its fields alone do not tell.
        further = getattr(model, "further_faults", None)
        for fault in further(attributes) if further else ():
            faults.setdefault(fault.pointer, fault)
        raise Invalid(tuple(faults.values())) from None


def _fault(entry: Any, attributes: dict[str, Any]) -> Fault:
    name = entry["loc"][0] if entry["loc"] else "attributes"
    parts = _within(attributes, entry["loc"])
    if entry["type"] == "missing":
        pointer = _pointer([*parts, entry["loc"][-1]])
        return Fault(pointer, f"{name} is required.", "required")
    if entry["type"] == "extra_forbidden":
        return Fault(_pointer(parts), f"{name} is not an attribute here.", "unknown")
    message = entry["msg"].removeprefix("Value error, ")
    return Fault(_pointer(parts), f"{name}: {message}", "invalid")


def _within(node: Any, location: tuple[str | int, ...]) -> list[str | int]:
    """Give the parts of a location that lead into what was sent, without the types tried."""
    parts = []
    for part in location:
        listed = isinstance(node, list) and isinstance(part, int) and part < len(node)
        if listed or (isinstance(node, dict) and part in node):
            node = node[part]
            parts.append(part)
    return parts


def _pointer(parts: list[str | int]) -> str:
    """Write a JSON Pointer with its two escapes."""
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in parts)
    return "/".join(["/data/attributes", *escaped])


def refuse_system_fields(
    resource: Resource, attributes: dict[str, Any], model: type[BaseModel]
) -> None:
    """Refuse attributes that only the system writes. Raises `Forbidden` naming them."""
    allowed = {field.alias or name for name, field in model.model_fields.items()}
    system = sorted(set(attributes) & (resource.known - allowed - resource.writable))
    if system:
        raise Forbidden(
            f"Only the system writes {', '.join(system)}.",
            code="system_field",
            pointer=f"/data/attributes/{system[0]}",
        )
