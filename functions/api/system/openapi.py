"""Show the OpenAPI document of this API, as the packaging wrote it down beside the code."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from chalicelib.runtime.declaration import plain
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.runtime.packaged import packaged


@cache
def described() -> tuple[dict[str, Any], str]:
    """The document, and a tag that changes with it."""
    text = packaged("openapi.json")
    return json.loads(text), f'"{hashlib.sha256(text).hexdigest()[:16]}"'


@operation(
    "GET /v1/openapi.json",
    access="anyone",
    answers=plain(None, media_type="application/json", tagged=True),
)
def handler(call: Call) -> Answer:
    """Show the OpenAPI document; `If-None-Match` with its tag is answered with nothing new."""
    document, tag = described()
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    known = ",".join(call.request.headers.get("if-none-match", ()))
    if tag in {part.strip().removeprefix("W/") for part in known.split(",")}:
        return Answer(304, None, headers)
    return Answer(200, document, headers | {"Content-Type": "application/json"})
