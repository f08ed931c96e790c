"""Cancel the making of a server; what was made is destroyed."""

from __future__ import annotations

from chalicelib.resources.cloud_provisions import CLOUD_PROVISIONS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.work.work import cancel_work


@operation(
    "POST /v1/cloud_provisions/{id}/cancel",
    access="owner",
    while_closing=True,
    resource=CLOUD_PROVISIONS,
    needs=(reads("resources"), writes("resources", "journal")),
)
def handler(call: Call) -> Answer:
    """Cancel the making of a server; what was made is destroyed."""
    return call.show(cancel_work(wiring, call.target, actor=call.caller.member))
