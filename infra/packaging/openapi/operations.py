"""One operation of the OpenAPI document: what it takes and everything that it can answer."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from chalicelib.runtime.declaration import Access, Operation, Shape
from chalicelib.runtime.operation import DRY_RUN
from infra.packaging.openapi import schemas
from infra.packaging.openapi.parameters import parameters, query_words
from infra.packaging.openapi.schemas import Mode, ref
from infra.packaging.openapi.shared import JSON_API, READ_TYPES, answer_name, header
from infra.packaging.registry import Function

Json = dict[str, Any]
Known = Callable[[Any, Mode], Json]
"""Gives the schema of a kind."""
WHO: dict[Access, str] = {
    "anyone": "Anyone may call it.",
    "member": "For whoever is signed in.",
    "owner": "For the owner of what the path names; for everybody else it is not there.",
}
WRITES = {"POST", "PATCH", "PUT", "DELETE"}
ALWAYS = (400, 403, 406, 429, 500, 502, 503, 504)
"""What the edge, the gateway and API Gateway can say of every operation."""
VERBS = {
    "list": "List {many}, newest first, a page at a time.",
    "get": "Get one {one}.",
    "update": "Change attributes of one's own {one}.",
    "delete": "Delete one's own {one} that nothing uses any more.",
    "timeline": "Show the steps of the latest work on one {one}, with their states and times.",
}


def entry(function: Function, operation: Operation, known: Known) -> Json:
    """Write one operation."""
    summary, rest = _said(function, operation)
    found: Json = {
        "operationId": function.name.removeprefix("api_"),
        "tags": [tag(function, operation)],
        "summary": summary.rstrip("."),
        "description": "\n\n".join(
            filter(None, [summary, rest, f"{WHO[operation.access]} {_by_token(operation)}".strip()])
        ),
        "parameters": parameters(operation),
        "responses": answers(operation, known),
    }
    if operation.access == "anyone":
        found["security"] = [{}, *([{"bearer": []}, {"key": []}] if operation.resource else [])]
    if operation.takes_tokens:
        found["x-token-scope"] = operation.needed_scope
    body = request_body(operation, known)
    if body:
        found["requestBody"] = body
    return found


def _by_token(operation: Operation) -> str:
    """What an API token needs for it."""
    if not operation.takes_tokens:
        return ""
    if operation.needed_scope == "session":
        return "No API token may do it."
    return f"An API token needs the scope `{operation.needed_scope}`."


def tag(function: Function, operation: Operation) -> str:
    """What an operation is about: its resource, or the folder that it lies in."""
    return operation.resource.name if operation.resource else function.module.split(".")[2]


def _said(function: Function, operation: Operation) -> tuple[str, str]:
    """The first sentence about an operation, and the rest of what its docstring says."""
    text = (importlib.import_module(function.module).__doc__ or "").strip()
    first, _, rest = text.partition("\n")
    if operation.verb in VERBS and operation.resource is not None:
        names = {
            "one": operation.resource.singular,
            "many": operation.resource.name.replace("_", " "),
        }
        first = VERBS[operation.verb].format(**names)
    return first, " ".join(rest.split())


def request_body(operation: Operation, known: Known) -> Json | None:
    """What an operation reads; an action without attributes may send an empty document."""
    if operation.method not in WRITES - {"DELETE"}:
        return None
    if operation.body is None:
        return _content({"type": "object"}, required=False)
    needed = any(field.is_required() for field in operation.body.model_fields.values())
    identified = operation.resource is not None and operation.method == "PATCH"
    data: Json = {
        "type": "object",
        "properties": {
            "type": _type(operation),
            **({"id": {"type": "string"}} if identified else {}),
            "attributes": known(operation.body, "validation"),
        },
        **({"required": ["attributes"]} if needed else {}),
    }
    document = {"type": "object", "properties": {"data": data}, "required": ["data"]}
    return _content(document, required=needed)


def _type(operation: Operation) -> Json:
    """The type that a document must have; an action takes any."""
    if operation.resource is None or operation.is_action:
        return {"type": "string"}
    return {"type": "string", "const": operation.resource.name}


def _content(schema: Json, *, required: bool) -> Json:
    return {"required": required, "content": {kind: {"schema": schema} for kind in READ_TYPES}}


def answers(operation: Operation, known: Known) -> Json:
    """Every answer, good and bad, by its status."""
    found: Json = {}
    if operation.tagged:
        headers = {name: header(name) for name in ("X-Request-ID", "ETag")}
        found["304"] = {"description": "Nothing new.", "headers": headers}
    for status in good(operation):
        found[str(status)] = _good(operation, status, known)
    for status in refusing(operation):
        found[str(status)] = {"$ref": f"#/components/responses/{answer_name(status)}"}
    return found


def good(operation: Operation) -> list[int]:
    """The statuses of good answers; what takes long or is only tried has one of its own."""
    if operation.method == "DELETE" and operation.success == 202:
        return [202, 204]
    if DRY_RUN in operation.query:
        return [200, operation.success]
    return [operation.success]


def refusing(operation: Operation) -> list[int]:
    """The statuses of every refusal, from who may call, what is sent, and what it is done with."""
    writes = operation.method in WRITES
    found = {*ALWAYS}
    if operation.takes_tokens or "scope" in query_words(operation):
        found.add(401)
    if "{" in operation.path:
        found.add(404)
    if operation.access == "owner" and "{id}" in operation.path:
        found.add(412)
    if writes:
        found |= {409, 413, 415}
    if operation.method in {"POST", "PATCH", "PUT"} or reaches_buckets(operation):
        found.add(422)
    if "clouds" in operation.layers:
        found |= {409, 410, 422}
    if names_a_checkout(operation):
        found.add(404)
    return sorted(found)


def reaches_buckets(operation: Operation) -> bool:
    """Whether it asks buckets of archives, of which those of customers may refuse."""
    return {need.kind for need in operation.needs} >= {"archive", "open"}


def names_a_checkout(operation: Operation) -> bool:
    """Whether it looks for a checkout that the caller names beside the path."""
    return "stripe" in operation.layers and operation.access == "member"


def _good(operation: Operation, status: int, known: Known) -> Json:
    headers = {"X-Request-ID": header("X-Request-ID")}
    if operation.is_repeatable:
        headers["Idempotent-Replayed"] = header("Idempotent-Replayed")
    if status == 204:
        return {"description": "Done; there is nothing to say.", "headers": headers}
    shape = operation.answers
    if (operation.shows and operation.verb != "list") or (shape and shape.tagged):
        headers["ETag"] = header("ETag")
    if status == 201 and operation.shows:
        headers["Location"] = header("Location")
    media_type = shape.media_type if shape else JSON_API
    return {
        "description": "It goes on." if status == 202 else "Done.",
        "headers": headers,
        "content": {media_type: {"schema": _document(operation, shape, known)}},
    }


def _document(operation: Operation, shape: Shape | None, known: Known) -> Json:
    if shape is None:
        if operation.resource is None:
            return {"type": "object"}
        title = schemas.title_of(operation.resource)
        if operation.meta is not None:
            return schemas.listing(ref(title), known(operation.meta, "serialization"))
        return ref(f"{title}{'List' if operation.verb == 'list' else 'Document'}")
    attributes = known(shape.attributes, "serialization") if shape.attributes else {}
    if not shape.type:
        return attributes or {"type": "object"}
    thing = schemas.thing_of(shape.type, attributes, flat=shape.flat)
    meta = known(shape.meta, "serialization") if shape.meta else None
    if shape.paged:
        return schemas.listing(thing, meta)
    return schemas.document({"type": "array", "items": thing} if shape.many else thing, meta)
