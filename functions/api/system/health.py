"""Say that the API answers."""

from __future__ import annotations

from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation


@operation("GET /v1/health", access="anyone", memory=128)
def handler(_call: Call) -> Answer:
    """Say that the API answers."""
    return Answer(200, {"status": "healthy"})
