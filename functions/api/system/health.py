"""Say that the API answers."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from chalicelib.runtime.declaration import plain
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation


class Health(TypedDict):
    """That the API answers."""

    status: Literal["healthy"]


@operation("GET /v1/health", access="anyone", memory=128, answers=plain(Health))
def handler(_call: Call) -> Answer:
    """Say that the API answers."""
    return Answer(200, {"status": "healthy"})
