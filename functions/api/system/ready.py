"""Say whether the API can do its work: the store is asked, and what is wrong is named."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from chalicelib.domain.errors import Unavailable
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import plain, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.observe import logger
from chalicelib.runtime.operation import Call, operation


class Ready(TypedDict):
    """That the API can do its work, and what was asked."""

    status: Literal["ready"]
    checks: dict[str, str]


@operation("GET /v1/ready", access="anyone", answers=plain(Ready), needs=(reads("resources"),))
def handler(_call: Call) -> Answer:
    """Say whether the API can do its work: the store is asked, and what is wrong is named."""
    try:
        wiring.records().get("ready")
    except Exception as error:
        logger.exception("The store does not answer")
        raise Unavailable("The store does not answer.", code="not_ready") from error
    return Answer(200, {"status": "ready", "checks": {"store": "ok"}})
