"""The body of a request, read as what its operation takes."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from chalicelib.domain.errors import Fault
from chalicelib.engine import bodies
from chalicelib.engine.resource import Resource
from chalicelib.runtime import http
from chalicelib.runtime.declaration import Operation
from chalicelib.runtime.http import Request

_WRITES = {"POST", "PATCH", "PUT", "DELETE"}


def given_of(entry: Operation, request: Request) -> tuple[BaseModel | None, frozenset[str]]:
    """Read what a client sends: an instance of the declared model, and the attributes sent.

    Raises what `http.document_of` and `chalicelib.engine.bodies` raise.
    """
    if request.method not in _WRITES or not entry.reads_body:
        return None, frozenset()
    document = http.document_of(request)
    if entry.body is None:
        return None, frozenset()
    if not document and not any(f.is_required() for f in entry.body.model_fields.values()):
        return entry.body(), frozenset()
    resource = None if entry.is_action else entry.resource
    attributes = bodies.attributes_of(
        document,
        type_name=_type_of(entry, document),
        record_id=request.parameters.get("id") if resource else None,
        creates=resource is not None and request.method == "POST",
    )
    faults: tuple[Fault, ...] = ()
    if resource is not None:
        attributes, faults = bodies.with_relationships(resource, document, attributes)
        bodies.refuse_system_fields(resource, attributes, entry.body)
    elsewhere = _elsewhere(resource) if resource else {}
    given = bodies.validated(entry.body, attributes, known=faults, elsewhere=elsewhere)
    return given, frozenset(attributes)


def _elsewhere(resource: Resource) -> dict[str, str]:
    """Where attributes belong that exist and are not sent here."""
    once = f"it is set when the {resource.singular} is made, and stays."
    return dict.fromkeys(resource.writable, once) | resource.elsewhere


def _type_of(entry: Operation, document: dict[str, Any]) -> str:
    """The type that a document must have: its resource's, or the answer's; an action takes any."""
    name = entry.resource.name if entry.resource else ""
    if not name and entry.answers is not None:
        name = entry.answers.type
    data = document.get("data")
    if entry.is_action and isinstance(data, dict):
        return str(data.get("type", name))
    return name
