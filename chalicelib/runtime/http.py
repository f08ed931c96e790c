"""Requests of API Gateway read, and answers written."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.domain.errors import (
    BadRequest,
    Fault,
    Invalid,
    MethodNotAllowed,
    NotAcceptable,
    ProductError,
    TooLarge,
    UnsupportedMediaType,
)

MEDIA_TYPE = "application/vnd.api+json"
PAGE_TYPE = "text/html; charset=utf-8"
PAGE_HEADERS = {
    "Content-Type": PAGE_TYPE,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_READ_TYPES = {MEDIA_TYPE, "application/json"}
MAX_BODY = 1_048_576
NO_BODY = b"\xff"
"""Stands for a body that cannot be had: it is no UTF-8, and so is refused."""
_ID = re.compile(r"[A-Za-z0-9._:=+/-]{1,128}")
MAX_DEPTH = 20
"""How many objects and lists may lie in each other."""
MAX_DIGITS = 18
MOST_FAULTS = 100
"""How many faults one answer names: all of them would not fit into what Lambda may answer."""
_NO_TEXT = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
SMALLEST, LARGEST = 1e-18, 1e18


@dataclass(frozen=True)
class Request:
    """One HTTP request. Header names are lower case; every query word keeps all its values."""

    method: str
    path: str
    segments: tuple[str, ...]
    parameters: dict[str, str]
    headers: dict[str, tuple[str, ...]]
    query: dict[str, tuple[str, ...]]
    body: bytes
    id: str

    def header(self, name: str) -> str | None:
        """The value of a header that was sent once; None without it."""
        values = self.headers.get(name, ())
        return values[0] if len(values) == 1 else None


@dataclass(frozen=True)
class Answer:
    """What an operation answers with; `document` None means an empty body."""

    status: int
    document: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    record_id: str = ""
    """The record that it shows; a repeated request is answered with that record again."""
    page: str = ""
    """HTML for people in place of a document; it loads nothing, and is framed by nobody."""


def with_attributes(answer: Answer, **shown: str) -> Answer:
    """Show attributes in an answer besides, that no other answer shows."""
    document: dict[str, Any] = answer.document or {}
    data = document["data"]
    more = {**data, "attributes": {**data["attributes"], **shown}}
    return replace(answer, document={**document, "data": more})


def read(event: dict[str, Any]) -> Request:
    """Read an API Gateway proxy event. Raises nothing about its content."""
    headers: dict[str, tuple[str, ...]] = {}
    for name, values in (event.get("multiValueHeaders") or {}).items():
        headers[name.lower()] = headers.get(name.lower(), ()) + tuple(values)
    query = {
        name: tuple(values)
        for name, values in (event.get("multiValueQueryStringParameters") or {}).items()
    }
    path = event.get("resource") or ""
    return Request(
        method=event["httpMethod"],
        path=event.get("path") or path,
        segments=tuple(part for part in path.split("/") if part),
        parameters=dict(event.get("pathParameters") or {}),
        headers=headers,
        query=query,
        body=_body(event),
        id=_id(headers, (event.get("requestContext") or {}).get("requestId", "")),
    )


def _body(event: dict[str, Any]) -> bytes:
    """The body's bytes; what is no Unicode passes here and is refused where it is read."""
    sent = (event.get("body") or "").encode("utf-8", "surrogatepass")
    if not event.get("isBase64Encoded"):
        return sent
    try:
        return base64.b64decode(sent, validate=True)
    except ValueError:
        return NO_BODY


def _id(headers: dict[str, tuple[str, ...]], own: str) -> str:
    """The request's id: the caller's if it is one plain word, for it comes back and is logged."""
    given = headers.get("x-request-id", ())
    return given[0] if len(given) == 1 and _ID.fullmatch(given[0]) else own


def check_media(request: Request, *, reads_body: bool = True) -> None:
    """Refuse what cannot be answered or read. Raises 406, 413 or 415.

    A body that means nothing may be of any kind.
    """
    accepted = ",".join(request.headers.get("accept", ())) or "*/*"
    kinds = {part.split(";")[0].strip().lower() for part in accepted.split(",")}
    if not kinds & {*_READ_TYPES, "*/*", "application/*"}:
        raise NotAcceptable(f"Answers are {MEDIA_TYPE}; accept that or */*.")
    if len(request.body) > MAX_BODY:
        raise TooLarge("The body may hold 1 MB at most.")
    if not reads_body:
        return
    codings = ",".join(request.headers.get("content-encoding", ())).lower().split(",")
    if request.body and {coding.strip() for coding in codings} - {"", "identity"}:
        raise UnsupportedMediaType("Send the body as it is, without Content-Encoding.")
    if request.body:
        sent = (request.header("content-type") or "").split(";")[0].strip().lower()
        if sent not in _READ_TYPES:
            raise UnsupportedMediaType(f"Send the body as {MEDIA_TYPE}.")


def check_query(request: Request) -> None:
    """Refuse query words that no text of ours can be. Raises `BadRequest` naming the word."""
    for word, values in request.query.items():
        if any(_NO_TEXT.search(text) for text in (word, *values)):
            named = ascii(word)[1:-1]
            raise BadRequest(f"{named} holds a character that is no text.", parameter=named)


def document_of(request: Request) -> dict[str, Any]:
    """Read the body as a JSON object; an empty body is an empty object.

    Raises `BadRequest` for what is not JSON in UTF-8, for a name that stands twice in one object,
    and for what cannot be stored: half a surrogate pair, a number that is not finite or beyond
    all use, things that lie too deep in each other.
    """
    if not request.body:
        return {}
    try:
        document = json.loads(
            request.body.decode(),
            parse_int=_integer,
            parse_float=_real,
            parse_constant=_real,
            object_pairs_hook=_object,
        )
    except ValueError as error:
        raise BadRequest(
            "The body is not JSON in UTF-8, or a number in it is beyond all use."
        ) from error
    except RecursionError as error:
        raise _too_deep() from error
    if _is_deeper(document, MAX_DEPTH):
        raise _too_deep()
    if not isinstance(document, dict):
        raise BadRequest('The body must be an object with a "data" member.')
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except ValueError as error:
        raise BadRequest("The body holds half a surrogate pair, which is no text.") from error
    return document


def _too_deep() -> BadRequest:
    return BadRequest(f"The body's objects and lists lie more than {MAX_DEPTH} levels deep.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise BadRequest(f"{name[:100]!a} stands twice in one object of the body.")
        found[name] = value
    return found


def _is_deeper(document: Any, levels: int) -> bool:
    """Whether lists and objects lie in each other more than so many levels deep."""
    layer = [document]
    for _ in range(levels + 1):
        layer = [
            inner
            for outer in layer
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return bool(layer)


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ValueError(text[:MAX_DIGITS])
    return int(text)


def _real(text: str) -> float:
    value = float(text)
    if value and not SMALLEST < abs(value) < LARGEST:
        raise ValueError(text[:MAX_DIGITS])
    return value


def response(answer: Answer, request_id: str) -> dict[str, Any]:
    """Write an answer as an API Gateway proxy result."""
    headers = {"X-Request-ID": request_id, "Cache-Control": "no-store", **answer.headers}
    if answer.page:
        headers |= PAGE_HEADERS
        return {"statusCode": answer.status, "headers": headers, "body": answer.page}
    if answer.document is None:
        return {"statusCode": answer.status, "headers": headers, "body": ""}
    headers.setdefault("Content-Type", MEDIA_TYPE)
    return {
        "statusCode": answer.status,
        "headers": headers,
        "body": json.dumps(answer.document, separators=(",", ":")),
    }


def refusal(error: ProductError) -> Answer:
    """Write a product error as a JSON:API error document."""
    headers = {}
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = ", ".join(error.allowed)
    if error.status in {429, 503}:
        headers["Retry-After"] = "2"
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return Answer(error.status, {"errors": list(_errors(error))}, headers)


def _errors(error: ProductError) -> list[dict[str, Any]]:
    shared = {"status": str(error.status), "title": error.title}
    if isinstance(error, Invalid):
        return [{**shared, **_fault(found)} for found in error.faults[:MOST_FAULTS]]
    entry: dict[str, Any] = {**shared, "code": error.error_code, "detail": error.detail}
    for name in ("pointer", "parameter", "header"):
        place = getattr(error, name, None)
        if place:
            entry["source"] = {name: place}
            break
    if error.meta is not None:
        entry["meta"] = dict(error.meta)
    return [entry]


def _fault(found: Fault) -> dict[str, Any]:
    place = {"meta": {"line": found.line}} if found.line else {}
    told = {"code": found.code, "detail": found.detail, "source": {"pointer": found.pointer}}
    return {**told, **place}
