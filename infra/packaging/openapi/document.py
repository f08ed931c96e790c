"""The whole OpenAPI document, from the one registry and the resources."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from typing import Any

from chalicelib.engine.resource import Resource
from infra.packaging.openapi import operations as written
from infra.packaging.openapi import schemas, shared
from infra.packaging.openapi.operations import Known
from infra.packaging.openapi.schemas import Mode
from infra.packaging.registry import operations

Json = dict[str, Any]
VERSION = "1"
ABOUT = """\
Templates of apps are published, deployed with one call onto servers, watched, and taken down
without leaving anything behind. Documents are JSON:API with flat attributes. Every error is an
error document that names a code out of a closed list.
"""


def text() -> bytes:
    """The document as it is shipped: the same bytes from the same declarations."""
    return json.dumps(document(), separators=(",", ":"), sort_keys=True).encode() + b"\n"


def document() -> Json:
    """Write the document."""
    asked = list(_kinds())
    named, models = schemas.kinds_as_schemas(asked)

    def known(kind: Any, mode: Mode) -> Json:
        return named[schemas.key_of(kind), mode]

    for _, operation in operations():
        if operation.method == "PATCH" and operation.body is not None:
            schemas.leave_out_defaults(
                schemas.resolved(known(operation.body, "validation"), models)
            )
    paths: dict[str, Json] = {}
    tags: dict[str, str] = {}
    for function, operation in operations():
        entry = written.entry(function, operation, known)
        paths.setdefault(operation.path.removeprefix("/v1"), {})[operation.method.lower()] = entry
        tags.setdefault(entry["tags"][0], _about(operation.resource))
    return {
        "openapi": "3.1.0",
        "info": {"title": "Hoster", "version": VERSION, "description": ABOUT},
        "servers": [{"url": "/api/v1", "description": "Behind the gateway"}],
        "security": [{"bearer": []}, {"key": []}],
        "tags": [{"name": name, "description": about} for name, about in sorted(tags.items())],
        "paths": paths,
        "components": {
            "schemas": {
                **shared.SCHEMAS,
                **shared.errors(),
                **_resources(known, models),
            },
            "responses": shared.refusals(),
            "headers": shared.HEADERS,
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "What signing in at the gateway gave, or an API key.",
                },
                "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
            },
        },
    }


def _kinds() -> Iterator[tuple[Any, Mode]]:
    """Every kind that travels, and which way."""
    for _, operation in operations():
        if operation.body is not None:
            yield operation.body, "validation"
        shape = operation.answers
        for kind in (shape.attributes, shape.meta) if shape else (operation.meta,):
            if kind is not None:
                yield kind, "serialization"
    for resource in _served():
        yield resource.attributes, "serialization"


def _served() -> list[Resource]:
    """Every resource that an operation is about."""
    found = {o.resource.name: o.resource for _, o in operations() if o.resource is not None}
    return [found[name] for name in sorted(found)]


def _resources(known: Known, models: Json) -> Json:
    """The schemas of every resource, and of the models that are not written as one."""
    found: Json = {}
    left = dict(models)
    for resource in _served():
        shown = known(resource.attributes, "serialization")
        left.pop(schemas.name_of(shown), None)
        found |= schemas.schemas_of(resource, schemas.resolved(shown, models))
    return left | found


def _about(resource: Resource | None) -> str:
    """What a tag's operations are about: the sentence that the resource's module begins with."""
    if resource is None:
        return ""
    module = importlib.import_module(f"chalicelib.resources.{resource.name}")
    return (module.__doc__ or "").strip().splitlines()[0]
