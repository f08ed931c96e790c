"""Have an account told somewhere no longer; its own address can only be switched off."""

from __future__ import annotations

from chalicelib.domain.errors import PreconditionFailed, Stale
from chalicelib.resources.notice_channels import NOTICE_CHANNELS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.notices.notice_channels import remove


@operation(
    "DELETE /v1/notice_channels/{id}",
    access="owner",
    resource=NOTICE_CHANNELS,
    success=204,
    needs=(reads("resources"), writes("resources", "reservations", "journal")),
)
def handler(call: Call) -> Answer:
    """Have an account told somewhere no longer; its own address can only be switched off."""
    try:
        remove(wiring, call.target, actor=call.caller.member, version=call.matched)
    except Stale as error:
        raise PreconditionFailed("It changed meanwhile; read it again.") from error
    return Answer(204)
