"""JSON schemas of everything that travels: what clients send, what they are answered with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from chalicelib.engine.resource import Resource

Json = dict[str, Any]
Mode = Literal["validation", "serialization"]
HEALTH = ["healthy", "degraded", "unhealthy", "unreachable", "unknown"]
TIME: Json = {"type": "string", "format": "date-time"}


class _Plain(GenerateJsonSchema):
    """Schemas without titles, which would only repeat the names."""

    def field_title_should_be_set(self, _schema: Any) -> bool:
        """Give no field a title."""
        return False


def ref(name: str) -> Json:
    """Refer to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def kinds_as_schemas(asked: Iterable[tuple[Any, Mode]]) -> tuple[dict[Any, Json], Json]:
    """Give the schema of each kind, by kind and mode, and the schemas that they refer to."""
    wanted = {(key_of(kind), mode): (kind, mode) for kind, mode in asked}
    inputs = [(key[0], mode, TypeAdapter(kind)) for key, (kind, mode) in wanted.items()]
    named, document = TypeAdapter.json_schemas(
        inputs, ref_template="#/components/schemas/{model}", schema_generator=_Plain
    )
    shared = document.get("$defs", {})
    for schema in shared.values():
        schema.pop("title", None)
        for field in schema.get("properties", {}).values():
            _leave_out_null(field)
    return {key: _untitled(schema) for key, schema in named.items()}, shared


def _leave_out_null(field: Json) -> None:
    """Leave out that nothing is the default: its type says so."""
    if field.get("default", "") is None:
        field.pop("default")


def _untitled(schema: Json) -> Json:
    return {name: value for name, value in schema.items() if name != "title"}


def key_of(kind: Any) -> str:
    """The name by which a kind is known here."""
    return f"{kind.__module__}.{kind.__qualname__}"


def name_of(schema: Json) -> str:
    """The name of the schema that one refers to; empty for a schema that stands for itself."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def resolved(schema: Json, models: Json) -> Json:
    """The schema itself, where it is only referred to."""
    found: Json = models.get(name_of(schema), schema)
    return found


def leave_out_defaults(model: Json) -> None:
    """Leave the defaults out: what a change does not send stays as it is."""
    for field in model["properties"].values():
        field.pop("default", None)


def title_of(resource: Resource) -> str:
    """A resource's name in the schemas: `CloudCredential`."""
    return "".join(word[0].upper() + word[1:] for word in resource.singular.split())


def attributes_of(resource: Resource, shown: Json) -> tuple[Json, list[str]]:
    """What a reader sees of a resource, and which of it every reader always sees."""
    properties: Json = dict(shown.get("properties", {}))
    for name in resource.secrets:
        properties[name] = {"type": "null", "description": "Sent, sealed, and never shown."}
    for name in resource.shown_once:
        said = "Sealed; only the answer that makes it shows it."
        properties[name] = {"type": ["string", "null"], "description": said}
    if resource.shows_status:
        properties["status"] = {"type": "string", "enum": sorted(resource.states.names)}
    if resource.shows_status and resource.works:
        properties |= {
            "health": {"type": "string", "enum": HEALTH},
            "generation": {"type": "integer"},
            "work": {"anyOf": [ref("Work"), {"type": "null"}]},
        }
    properties |= {
        resource.owner_field: {"type": "string"},
        "created_at": TIME,
        "updated_at": TIME,
    }
    for name, note in _notes(resource):
        properties[name] = _noted(properties[name], note)
    sometimes = resource.owner_only | resource.not_in_lists
    return properties, sorted(properties.keys() - sometimes)


def _notes(resource: Resource) -> Iterable[tuple[str, str]]:
    for name in sorted(resource.owner_only):
        yield name, "Only its owner sees it."
    for name in sorted(resource.not_in_lists):
        yield name, "Lists leave it out."


def _noted(schema: Json, note: str) -> Json:
    return {**schema, "description": f"{schema.get('description', '')} {note}".strip()}


def schemas_of(resource: Resource, shown: Json) -> Json:
    """The schemas of a resource: its attributes, its objects, and documents of them."""
    title = title_of(resource)
    properties, always = attributes_of(resource, shown)
    relations = {
        name.removesuffix("_id"): _relation(target) for name, target in resource.references.items()
    }
    thing: Json = {
        "type": "object",
        "required": ["type", "id", "attributes", "links", "meta"],
        "properties": {
            "type": {"type": "string", "const": resource.name},
            "id": {"type": "string"},
            "attributes": {"anyOf": [ref(f"{title}Attributes"), ref(f"{title}Fields")]},
            "links": ref("SelfLink"),
            "meta": ref("Version"),
        },
    }
    if relations:
        thing["properties"]["relationships"] = {"type": "object", "properties": relations}
    return {
        f"{title}Fields": {
            "type": "object",
            "description": f"Attributes of a {resource.singular}, as `fields[…]` chooses them.",
            "properties": properties,
        },
        f"{title}Attributes": {
            "description": f"What a reader sees of a {resource.singular}.",
            "allOf": [ref(f"{title}Fields")],
            "required": always,
        },
        title: thing,
        f"{title}Document": document(ref(title)),
        f"{title}List": listing(ref(title)),
    }


def _relation(target: str) -> Json:
    identifier = {
        "type": "object",
        "required": ["type", "id"],
        "properties": {
            "type": {"type": "string", "const": target},
            "id": {"type": "string"},
        },
    }
    return {"type": "object", "required": ["data"], "properties": {"data": identifier}}


def document(thing: Json, meta: Json | None = None) -> Json:
    """A document that holds one thing."""
    return {
        "type": "object",
        "required": ["data"],
        "properties": {
            "data": thing,
            "included": {"type": "array", "items": ref("Included")},
            "meta": meta or {"type": "object"},
        },
    }


def listing(thing: Json, meta: Json | None = None) -> Json:
    """A document that holds a page of things."""
    return {
        "type": "object",
        "required": ["data", "links", "meta"],
        "properties": {
            "data": {"type": "array", "items": thing},
            "included": {"type": "array", "items": ref("Included")},
            "links": ref("PageLinks"),
            "meta": meta or ref("PageMeta"),
        },
    }


def thing_of(type_name: str, attributes: Json, *, flat: bool) -> Json:
    """A resource object of a type that is no resource of its own."""
    members: Json = {
        "type": "object",
        "required": ["type", "id", "attributes"],
        "properties": {
            "type": {"type": "string", "const": type_name},
            "id": {"type": "string"},
            "attributes": attributes,
            "links": {"type": "object"},
            "meta": {"type": "object"},
            "relationships": {"type": "object"},
        },
    }
    return {"allOf": [members, attributes]} if flat else members
