"""The gateway and API Gateway as one WSGI application in this process: no ports, no network."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from tests.world import SECRET, Reply, route

Environ = dict[str, Any]
Heard = Callable[[str, str, Reply], None]


class Edge:
    """Passes requests on as their caller's: `Authorization: Bearer <user>` is believed here."""

    def __init__(self, heard: Heard) -> None:
        self.heard = heard
        """Is told of every answer: method, path with query, what was answered."""
        self.count = 0

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request as WSGI wants it."""
        method, path = environ["REQUEST_METHOD"], _text(environ["PATH_INFO"]).removeprefix("/api")
        function, resource, parameters = route(method, path.removeprefix("/v1"))
        query: dict[str, list[str]] = {}
        for name, value in parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True):
            query.setdefault(name, []).append(value)
        event = {
            "httpMethod": method,
            "path": path,
            "resource": resource,
            "pathParameters": parameters,
            "multiValueHeaders": _headers(environ),
            "multiValueQueryStringParameters": query or None,
            "body": _body(environ),
            "requestContext": {"requestId": "req-1"},
        }
        answer = importlib.import_module(function.module).handler(event, None)
        self.count += 1
        status, text = answer["statusCode"], answer["body"]
        words = environ.get("QUERY_STRING", "")
        # The path is plain text by now, and a question mark in it begins no query.
        called = path.removeprefix("/v1").replace("?", "%3F")
        reply = Reply(status, json.loads(text) if text else None, answer["headers"])
        self.heard(method, called + (f"?{words}" if words else ""), reply)
        start(f"{status} {HTTPStatus(status).phrase}", list(answer["headers"].items()))
        return [text.encode()]


def _text(raw: str) -> str:
    """What WSGI calls text is bytes in Latin-1."""
    return raw.encode("latin-1").decode("utf-8", "replace")


def _headers(environ: Environ) -> dict[str, list[str]]:
    """The headers that reach the API: no identity of the client's, and the gateway's own."""
    sent = {
        name.removeprefix("HTTP_").replace("_", "-").title(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") or name == "CONTENT_TYPE"
    }
    kept = {name: [value] for name, value in sent.items() if not name.startswith("X-User")}
    user = sent.get("Authorization", "").removeprefix("Bearer ")
    if user:
        kept |= {"X-User-Id": [user], "X-Plan-Id": ["pro"], "X-Key-Id": [f"session:{user}"]}
    return kept | {"X-Gateway-Secret": [SECRET]}


def _body(environ: Environ) -> str | None:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return environ["wsgi.input"].read(length).decode("utf-8", "replace") if length else None
