"""Say whether the API can do its work: the store is asked, and what is wrong is named."""

from __future__ import annotations

from chalicelib.domain.errors import Unavailable
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.observe import logger
from chalicelib.runtime.operation import Call, operation


@operation("GET /v1/ready", access="anyone", needs=(reads("resources"),))
def handler(_call: Call) -> Answer:
    """Say whether the API can do its work: the store is asked, and what is wrong is named."""
    try:
        wiring.records().get("ready")
    except Exception as error:
        logger.exception("The store does not answer")
        raise Unavailable("The store does not answer.", code="not_ready") from error
    return Answer(200, {"status": "ready", "checks": {"store": "ok"}})
