"""The gateway's own answers, in its envelopes (contract, section 7)."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response


def document(value: Any, status: int = 200, kind: str = "application/vnd.api+json") -> Response:
    """A JSON answer with one trailing newline."""
    text = json.dumps(value, separators=(",", ":")) + "\n"
    return Response(text, status, media_type=kind)


def refusal(status: int, code: str, detail: str) -> Response:
    """A JSON:API error; the proxy's titles equal their codes."""
    error = {"status": str(status), "code": code, "title": code, "detail": detail}
    return document({"errors": [error]}, status)


def plain(status: int, text: str) -> Response:
    """An error of the account endpoints."""
    return document({"error": text}, status, "application/json")
