"""Request documents read: their shape, what they refer to, and what an operation takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from chalicelib.domain.errors import BadRequest, Conflict, Fault, Forbidden, Invalid
from chalicelib.engine.resource import Resource

Model = TypeVar("Model", bound=BaseModel)
Attributes = dict[str, Any]


def attributes_of(
    document: dict[str, Any],
    *,
    type_name: str,
    record_id: str | None = None,
    creates: bool = False,
) -> Attributes:
    """Take the attributes out of a request document.

    Raises `BadRequest` for another shape, `Conflict` for another type or id, and `Forbidden` for
    the id of something that is only to be made.
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
    if creates and "id" in data:
        detail = "Hoster gives the ids; leave id out."
        raise Forbidden(detail, code="client_id", pointer="/data/id")
    attributes: Attributes = data.get("attributes", {})
    return attributes


def with_relationships(
    resource: Resource, document: dict[str, Any], attributes: Attributes
) -> tuple[Attributes, tuple[Fault, ...]]:
    """Add what a document's relationships say as the attributes that hold the same ids.

    What is wrong with them is returned too, to be told with everything else. Raises `BadRequest`
    when `relationships` is no object.
    """
    sent = document["data"].get("relationships", {})
    if not isinstance(sent, dict):
        detail = 'relationships is an object like {"template":{"data":{"type":…,"id":…}}}.'
        raise BadRequest(detail, pointer="/data/relationships")
    merged, faults = dict(attributes), []
    for relation, link in sent.items():
        pointer = _pointer([relation], "/data/relationships")
        name = resource.relations.get(relation)
        if name is None:
            known = ", ".join(sorted(resource.relations)) or "none"
            detail = f"{relation} is not a relationship here. These are: {known}."
            faults.append(Fault(pointer, detail, "unknown"))
            continue
        fault, other = _linked(link, resource.references[name])
        if not fault and attributes.get(name, other) != other:
            fault = f"{relation} leads to {other}, and {name} is {attributes[name]}: send one."
        if fault:
            faults.append(Fault(pointer, fault))
        else:
            merged[name] = other
    return merged, tuple(faults)


def _linked(link: Any, type_name: str) -> tuple[str, str | None]:
    """Read one relationship: what is wrong with it, and the id that it leads to."""
    data = link.get("data", link) if isinstance(link, dict) else link
    if data is None:
        return "", None
    if not isinstance(data, dict) or not isinstance(data.get("id"), str):
        return f'Send {{"data":{{"type":"{type_name}","id":…}}}}, or null as data.', None
    if data.get("type", type_name) != type_name:
        return f"This relationship leads to one of {type_name}.", None
    return "", data["id"]


def refuse_system_fields(
    resource: Resource, attributes: Attributes, model: type[BaseModel]
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


def validated(
    model: type[Model],
    attributes: Attributes,
    *,
    known: tuple[Fault, ...] = (),
    elsewhere: Mapping[str, str] | None = None,
) -> Model:
    """Validate attributes.

    Raises `Invalid` with every fault, one for each place, those that are `known` already
    included. `elsewhere` says of attributes that have no place here where they belong.
    """
    faults = {fault.pointer: fault for fault in (*known, *_nuls(attributes, []))}
    try:
        model_given = model.model_validate(attributes)
    except ValidationError as error:
        for entry in error.errors(include_url=False):
            fault = _fault(entry, attributes, elsewhere or {})
            faults.setdefault(fault.pointer, fault)
        # A model may know what its fields alone do not tell.
        further = getattr(model, "further_faults", None)
        more: dict[tuple[str, int | None], Fault] = {}
        for fault in further(attributes) if further else ():
            if fault.pointer not in faults:
                more.setdefault(fault.place, fault)
        raise Invalid((*faults.values(), *more.values())) from None
    if faults:
        raise Invalid(tuple(faults.values()))
    return model_given


def _nuls(node: Any, path: list[str | int]) -> Iterator[Fault]:
    """Find NUL characters, which no text of ours holds and no server's programs can take."""
    if isinstance(node, str):
        if "\0" in node:
            yield Fault(_pointer(path), f"{path[0]} holds a NUL character; take it out.")
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from _nuls(value, [*path, place])
    elif isinstance(node, dict):
        for name, value in node.items():
            if "\0" in name:
                yield Fault(_pointer([*path, name]), "A name holds a NUL character; take it out.")
            yield from _nuls(value, [*path, name])


def _fault(entry: Any, attributes: Attributes, elsewhere: Mapping[str, str]) -> Fault:
    name = entry["loc"][0] if entry["loc"] else "attributes"
    parts = _within(attributes, entry["loc"])
    if entry["type"] == "missing":
        pointer = _pointer([*parts, entry["loc"][-1]])
        return Fault(pointer, f"{name} is required.", "required")
    if entry["type"] == "extra_forbidden":
        if len(entry["loc"]) == 1 and name in elsewhere:
            return Fault(_pointer(parts), f"{name}: {elsewhere[name]}", "elsewhere")
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


def _pointer(parts: list[str | int], base: str = "/data/attributes") -> str:
    """Write a JSON Pointer with its two escapes."""
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in parts)
    return "/".join([base, *escaped])
