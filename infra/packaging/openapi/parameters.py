"""The parameters of an operation: path, query words, headers."""

from __future__ import annotations

import re
from typing import Any

from chalicelib.engine.query import list_words, view_words
from chalicelib.engine.resource import Resource
from chalicelib.runtime.declaration import Operation
from infra.packaging.openapi.shared import STRING, WORDS

Json = dict[str, Any]
KEY = "^[ -~]*[!-~][ -~]*$"
"""An `Idempotency-Key`: printable ASCII, and not blanks alone."""
DAY = 86_400
_NAMED = re.compile(r"(filter|fields)\[(\w+)]")


def query_words(operation: Operation) -> tuple[str, ...]:
    """Every query word that an operation knows."""
    if operation.verb == "list" and operation.resource:
        return list_words(operation.resource, operation.related)
    shown = operation.shows
    return (*operation.query, *(view_words(shown, operation.related) if shown else ()))


def parameters(operation: Operation) -> list[Json]:
    """Write every parameter of an operation."""
    return [
        *(_in_path(name) for name in re.findall(r"{(\w+)\+?}", operation.path)),
        *(_in_query(word, operation) for word in query_words(operation)),
        *_headers(operation),
    ]


def _in_path(name: str) -> Json:
    note = "Percent-encoded." if name != "id" else "The record's id."
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": note,
        "schema": {"type": "string", "minLength": 1},
    }


def _in_query(word: str, operation: Operation) -> Json:
    meaning, schema = _word(word, operation.resource)
    return {"name": word, "in": "query", "description": meaning, "schema": schema}


def _word(word: str, resource: Resource | None) -> tuple[str, Json]:
    """The meaning and schema of a query word."""
    named = _NAMED.fullmatch(word)
    if named and named[1] == "fields":
        return f"The only fields of {named[2]} to show, with commas.", STRING
    if named:
        return f"Only those of this {named[2]}.", _filter(named[2], resource)
    meaning, schema = WORDS[word]
    if word == "sort" and resource is not None:
        return meaning, {
            "type": "string",
            "enum": list(resource.sorts),
            "default": resource.sorts[0],
        }
    return meaning, schema


def _filter(name: str, resource: Resource | None) -> Json:
    if name == "status" and resource is not None:
        return {"type": "string", "enum": sorted(resource.states.names)}
    return {"type": "string", "minLength": 1}


def _headers(operation: Operation) -> list[Json]:
    """The headers that change what an operation does."""
    found = [_header("X-Request-ID", "Comes back in the answer, and stands in the logs.")]
    if operation.is_repeatable:
        time = _time(operation.repeats.seconds)
        meaning = f"Makes a repeated request the echo of the first, for {time}."
        schema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": KEY}
        found.append(_header("Idempotency-Key", meaning, schema))
    if operation.tagged:
        found.append(_header("If-None-Match", "Only if it no longer has this `ETag`."))
    if operation.access == "owner" and "{id}" in operation.path:
        found.append(_header("If-Match", "Only if the record still has this `ETag`."))
    return found


def _time(seconds: int) -> str:
    return "a day" if seconds == DAY else f"{seconds // 60} minutes"


def _header(name: str, meaning: str, schema: Json = STRING) -> Json:
    return {"name": name, "in": "header", "description": meaning, "schema": schema}
