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
    """That the API can do its work, and what was asked: `ok` for each table."""

    status: Literal["ready"]
    checks: dict[str, str]


@operation(
    "GET /v1/ready",
    access="anyone",
    answers=plain(Ready),
    needs=(reads("resources", "reservations", "journal"),),
)
def handler(_call: Call) -> Answer:
    """Say whether the API can do its work: the store is asked, and what is wrong is named."""
    checks = wiring.check_store()
    wrong = [f"the table {name} {said}" for name, said in checks.items() if said != "ok"]
    if wrong:
        logger.error("not ready", extra={"checks": checks})
        detail = f"The store is not ready: {'; '.join(wrong)}."
        raise Unavailable(detail, code="not_ready", meta={"checks": checks})
    return Answer(200, {"status": "ready", "checks": checks})
