"""The OpenAPI document held against every answer: nothing is said that it does not describe."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import quote, unquote

import jsonschema_rs

from infra.packaging.openapi.document import document
from tests.world import Reply, route

Json = dict[str, Any]
SOMETIMES = {"Idempotent-Replayed"}
"""Headers that tell of something by being there."""


def check(method: str, path: str, reply: Reply) -> None:
    """Check an answer's status, headers, media type and members."""
    path, _, query = path.partition("?")
    _, template, _ = route(method, path)
    verbs = document_of()["paths"].get(template.removeprefix("/v1"), {})
    if method.lower() not in verbs:
        assert reply.status in {403, 404, 405}, "the fallback answers"
        return
    answers = verbs[method.lower()]["responses"]
    assert str(reply.status) in answers, f"{method} {template} does not describe {reply.status}"
    answer = resolved(answers[str(reply.status)])
    missing = answer.get("headers", {}).keys() - reply.headers.keys() - SOMETIMES
    assert not missing, f"{method} {template} {reply.status} lacks {missing}"
    content = answer.get("content", {})
    if not content:
        assert reply.body is None
        return
    assert reply.headers["Content-Type"] in content
    parts = ("paths", template.removeprefix("/v1"), method.lower(), "responses")
    place = answers[str(reply.status)].get("$ref") or pointer(*parts, str(reply.status))
    place += pointer("content", next(iter(content)), "schema").removeprefix("#")
    faults = [
        f"{fault.instance_path}: {fault.message}"
        for fault in validator(place, sparse="fields[" in unquote(query)).iter_errors(reply.body)
    ]
    assert not faults, f"{method} {template} {reply.status} is described otherwise: {faults[:5]}"


def pointer(*parts: str) -> str:
    """Where something lies in the document, as a reference."""
    escaped = (part.replace("~", "~0").replace("/", "~1") for part in parts)
    return "#/" + "/".join(quote(part, safe="~") for part in escaped)


def resolved(node: Json) -> Json:
    while "$ref" in node:
        place: Any = document_of()
        for part in node["$ref"].removeprefix("#/").split("/"):
            place = place[part]
        node = place
    return node


@cache
def document_of() -> Json:
    return document()


@cache
def validator(place: str, *, sparse: bool) -> Any:
    """A validator of one answer, by its place in the document."""
    return jsonschema_rs.Draft202012Validator({"$ref": place, **closed(sparse=sparse)})


@cache
def closed(*, sparse: bool) -> Json:
    """The document with every object closed: what it does not name is a fault."""
    whole = document_of()
    parts = {name for name in _parts(whole) if name}
    shut: Json = _closed(whole, parts, sparse=sparse, part=False)
    for name in parts:
        kept = whole["components"]["schemas"][name]
        shut["components"]["schemas"][name] = _closed(kept, parts, sparse=sparse, part=True)
    return shut


def _parts(node: Any) -> list[str]:
    """Names of the schemas that are one part of another, which an `allOf` puts together."""
    if isinstance(node, list):
        return [name for entry in node for name in _parts(entry)]
    if not isinstance(node, dict):
        return []
    own = [entry.get("$ref", "").rpartition("/")[2] for entry in node.get("allOf", ())]
    return own + [name for entry in node.values() for name in _parts(entry)]


def _closed(node: Any, parts: set[str], *, sparse: bool, part: bool) -> Any:
    if isinstance(node, list):
        return [_closed(entry, parts, sparse=sparse, part=False) for entry in node]
    if not isinstance(node, dict):
        return node
    if "anyOf" in node and str(node["anyOf"][-1].get("$ref", "")).endswith("Fields"):
        whole, fields = node["anyOf"]
        return {**fields, "unevaluatedProperties": False} if sparse else whole
    shut = {
        name: [_closed(entry, parts, sparse=sparse, part=True) for entry in value]
        if name == "allOf"
        else _closed(value, parts, sparse=sparse, part=False)
        for name, value in node.items()
    }
    holds = "allOf" in node or ("properties" in node and node.get("type") == "object")
    if holds and not part and "additionalProperties" not in node:
        shut["unevaluatedProperties"] = False
    return shut
