"""What all operations of the OpenAPI document share: parameters, headers, errors."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from chalicelib.engine.query import DEFAULT_SIZE, MAX_SIZE
from chalicelib.resources.payment_states import CHECKOUT
from chalicelib.runtime.operation import DRY_RUN
from chalicelib.services.metering.history import RANGES
from infra.packaging.openapi.codes import codes
from infra.packaging.openapi.schemas import TIME, ref

Json = dict[str, Any]
JSON_API = "application/vnd.api+json"
READ_TYPES = (JSON_API, "application/json")
STRING: Json = {"type": "string"}

SCHEMAS: Json = {
    "Work": {
        "type": "object",
        "description": "The work in hand on a thing; its owner sees it.",
        "required": ["kind", "generation", "execution", "step", "started_at"],
        "properties": {
            "kind": STRING,
            "generation": {"type": "integer"},
            "execution": STRING,
            "step": {"type": ["string", "null"]},
            "started_at": TIME,
        },
    },
    "SelfLink": {"type": "object", "required": ["self"], "properties": {"self": STRING}},
    "Version": {
        "type": "object",
        "required": ["version"],
        "properties": {"version": {"type": "integer", "description": "What `ETag` holds."}},
    },
    "Included": {
        "type": "object",
        "description": "A record that a relationship leads to, as `include` asks for it.",
        "required": ["type", "id", "attributes"],
        "properties": {
            "type": STRING,
            "id": STRING,
            "attributes": {"type": "object"},
            "relationships": {"type": "object"},
            "links": ref("SelfLink"),
            "meta": ref("Version"),
        },
    },
    "PageLinks": {
        "type": "object",
        "required": ["self", "next", "prev"],
        "properties": {
            "self": STRING,
            "next": {"type": ["string", "null"]},
            "prev": {"type": ["string", "null"]},
        },
    },
    "PageMeta": {
        "type": "object",
        "required": ["limit"],
        "properties": {
            "limit": {"type": "integer", "description": "The size of the page."},
            "total": {"type": "integer", "description": "Exact, or absent."},
        },
    },
}
WORDS: dict[str, tuple[str, Json]] = {
    "page[size]": (
        f"How many, {DEFAULT_SIZE} without it.",
        {"type": "integer", "minimum": 1, "maximum": MAX_SIZE, "default": DEFAULT_SIZE},
    ),
    "page[after]": ("A cursor out of `links.next`.", STRING),
    "page[before]": ("A cursor out of `links.prev`.", STRING),
    "scope": (
        "Your own ones; catalogues need it to show drafts.",
        {"type": "string", "enum": ["mine"]},
    ),
    "sort": ("The order.", STRING),
    "include": ("Relations whose records come along, with commas.", STRING),
    "forget": (
        "Whether only its record goes, from a bucket of one's own, where the archives stay.",
        {"type": "boolean", "default": False},
    ),
    "force": ("Whether the apps that live there go with it.", {"type": "boolean"}),
    DRY_RUN: (
        "Whether it is only checked: the answer is 200 with what would be made.",
        {"type": "boolean"},
    ),
    "keep_volumes": ("Whether the volumes stay on the server.", {"type": "boolean"}),
    "limit": ("How many at most.", {"type": "integer", "minimum": 1}),
    "type": ("Only these, with commas.", STRING),
    "tail": (
        "How many lines: the last ones, or the next after a cursor.",
        {"type": "integer", "minimum": 1},
    ),
    "since": ("From this moment on.", STRING),
    "compare": ("An earlier version: `meta.difference` tells what this one changes.", STRING),
    "until": ("Before this moment.", STRING),
    "container": ("Of this service's container alone.", STRING),
    "cursor": ("Where to go on.", STRING),
    "session_id": (
        "The checkout that was come back from.",
        {"type": "string", "pattern": CHECKOUT},
    ),
    "range": ("How far back.", {"type": "string", "enum": list(RANGES), "default": RANGES[0]}),
}
"""Every query word, with its meaning and schema; filters and fields name what they are about."""
HEADERS: Json = {
    "X-Request-ID": {"description": "The request's id: yours, or a new one.", "schema": STRING},
    "ETag": {"description": "The record's version.", "schema": STRING},
    "Location": {"description": "Where the new thing is.", "schema": STRING},
    "Retry-After": {
        "description": "Seconds after which trying again helps.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "Idempotent-Replayed": {
        "description": "`true` when a request with this `Idempotency-Key` was done before.",
        "schema": {"type": "string", "const": "true"},
    },
    "Allow": {"description": "The methods that exist here.", "schema": STRING},
}
REASONS: dict[int, str] = {
    400: "It cannot be read, or it holds a query word or a value that does not exist.",
    401: "Sign in first.",
    403: "It did not come through the gateway, writes what only the system writes, or asks for "
    "more than the plan allows.",
    404: "It is not there, or it is not yours.",
    405: "The path has other methods; `Allow` names them.",
    406: "It accepts no media type that can be answered.",
    409: "Its state, its name or what hangs on it forbids that now.",
    410: "The provider no longer knows it.",
    412: "`If-Match` is not the current version.",
    413: "The body, or the record, is too large.",
    415: "The body is of a media type that is not read.",
    422: "Attributes do not fit; all of them are told.",
    429: "Too much at once; `Retry-After` says when to come back.",
    500: "Our side failed, and it is logged under the request's id.",
    502: "What stands behind failed or does not answer.",
    503: "It cannot be answered now; trying again helps.",
    504: "It took too long.",
}
WAITING = {429, 503}
"""Statuses that come with `Retry-After`."""


def header(name: str) -> Json:
    """Refer to a header."""
    return {"$ref": f"#/components/headers/{name}"}


def answer_name(status: int) -> str:
    """The name of an error answer: `NotFound`."""
    return HTTPStatus(status).phrase.title().replace(" ", "")


def refusals() -> Json:
    """Every error answer, by its name."""
    return {answer_name(status): _refusal(status) for status in REASONS}


def _refusal(status: int) -> Json:
    known = ", ".join(f"`{code}`" for code in sorted(codes().get(status, ())))
    headers = {"X-Request-ID": header("X-Request-ID")}
    if status in WAITING:
        headers["Retry-After"] = header("Retry-After")
    if status == 405:
        headers["Allow"] = header("Allow")
    return {
        "description": f"{REASONS[status]} Codes: {known}." if known else REASONS[status],
        "headers": headers,
        "content": {JSON_API: {"schema": ref("Errors")}},
    }


def errors() -> Json:
    """The schemas of an error document."""
    every = sorted({code for known in codes().values() for code in known})
    return {
        "ErrorCode": {"type": "string", "enum": every},
        "Error": {
            "type": "object",
            "required": ["status", "code", "title", "detail"],
            "properties": {
                "status": {"type": "string", "pattern": "^[45][0-9]{2}$"},
                "code": ref("ErrorCode"),
                "title": STRING,
                "detail": STRING,
                "source": {
                    "type": "object",
                    "properties": {"pointer": STRING, "parameter": STRING, "header": STRING},
                },
                "meta": {
                    "type": "object",
                    "description": "What the detail says, for programs",
                    "additionalProperties": True,
                },
            },
        },
        "Errors": {
            "type": "object",
            "required": ["errors"],
            "properties": {
                "errors": {"type": "array", "minItems": 1, "items": ref("Error")},
            },
            "examples": [
                {
                    "errors": [
                        {
                            "status": "422",
                            "code": "required",
                            "title": "Invalid",
                            "detail": "name is required.",
                            "source": {"pointer": "/data/attributes/name"},
                        }
                    ]
                }
            ],
        },
    }
