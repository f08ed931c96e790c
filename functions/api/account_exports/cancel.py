"""Cancel an export in the making; backups that it began go on by themselves."""

from __future__ import annotations

from chalicelib.resources.account_exports import ACCOUNT_EXPORTS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.work.work import cancel_work


@operation(
    "POST /v1/account_exports/{id}/cancel",
    access="owner",
    while_closing=True,
    resource=ACCOUNT_EXPORTS,
    scope="session",
    needs=(reads("resources"), writes("resources", "journal")),
)
def handler(call: Call) -> Answer:
    """Cancel an export in the making; backups that it began go on by themselves."""
    return call.show(cancel_work(wiring, call.target, actor=call.caller.member))
