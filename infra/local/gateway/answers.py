"""The gateway's own answers, in its envelopes (contract, section 7)."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

PROXY_ERRORS = {
    "missing_api_key": (401, "API key is required"),
    "invalid_api_key": (401, "Invalid or expired API key"),
    "key_expired": (401, "API key has expired"),
    "key_revoked": (401, "API key has been revoked"),
    "quota_exceeded": (402, "Monthly request quota exceeded"),
    "user_suspended": (403, "Account is suspended"),
    "request_too_large": (413, "Request body is larger than 10 MiB"),
    "rate_limit_exceeded": (429, "Rate limit exceeded"),
    "upstream_error": (502, "Upstream service unavailable"),
}
TITLES = {
    "bad_request": "Bad Request",
    "unauthorized": "Unauthorized",
    "forbidden": "Forbidden",
    "insufficient_scope": "Insufficient Scope",
    "conflict": "Conflict",
    "internal_error": "Internal Server Error",
    "not_found": "Not Found",
    "validation_error": "Validation Failed",
}


def document(value: Any, status: int = 200, kind: str = "application/vnd.api+json") -> Response:
    """A JSON answer with one trailing newline."""
    text = json.dumps(value, separators=(",", ":")) + "\n"
    return Response(text, status, media_type=kind)


def proxy_error(code: str) -> Response:
    """A refusal on a proxied route; there titles equal their codes."""
    status, detail = PROXY_ERRORS[code]
    error = {"status": str(status), "code": code, "title": code, "detail": detail}
    return document({"errors": [error]}, status)


def refusal(status: int, code: str, detail: str, pointer: str = "") -> Response:
    """A refusal of metering or administration: its title in words, and the wrong attribute."""
    error: dict[str, Any] = {"status": str(status), "code": code, "title": TITLES[code]}
    error["detail"] = detail
    if pointer:
        error["source"] = {"pointer": pointer}
    return document({"errors": [error]}, status)


def plain(status: int, text: str) -> Response:
    """An error of the account endpoints."""
    return document({"error": text}, status, "application/json")


def not_there() -> Response:
    """A path that is the gateway's own and serves nothing."""
    return Response("404 page not found\n", 404, media_type="text/plain")
