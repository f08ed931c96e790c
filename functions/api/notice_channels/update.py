"""Change what a notice channel hears of, or switch it on or off."""

from __future__ import annotations

from chalicelib.domain.errors import PreconditionFailed, Stale
from chalicelib.resources.notice_channels import NOTICE_CHANNELS, UpdateChannel
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.notices.notice_channels import change


@operation(
    "PATCH /v1/notice_channels/{id}",
    access="owner",
    resource=NOTICE_CHANNELS,
    body=UpdateChannel,
    needs=(reads("resources"), writes("resources", "journal")),
)
def handler(call: Call) -> Answer:
    """Change what a notice channel hears of, or switch it on or off."""
    try:
        record = change(wiring, call.target, call.given, call.sent, version=call.matched)
    except Stale as error:
        raise PreconditionFailed("It changed meanwhile; read it again.") from error
    return call.show(record)
