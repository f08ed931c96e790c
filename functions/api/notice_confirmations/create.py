"""Take the link that an address was sent: whoever reads mail there wants the notices."""

from __future__ import annotations

from typing_extensions import TypedDict

from chalicelib.resources.notice_channels import ConfirmChannel
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import one, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.notices.notice_confirming import confirm


class Confirmed(TypedDict):
    """Which address is told of what happens from now on."""

    address: str | None
    """Null for an account's own address."""


@operation(
    "POST /v1/notice_confirmations",
    access="anyone",
    body=ConfirmChannel,
    answers=one("notice_confirmations", Confirmed),
    needs=(reads("resources"), writes("resources", "journal")),
)
def handler(call: Call) -> Answer:
    """Take the link that an address was sent: whoever reads mail there wants the notices."""
    channel = confirm(wiring, call.given.token)
    shown = {"address": channel.attributes["address"]}
    data = {"type": "notice_confirmations", "id": channel.id, "attributes": shown}
    return Answer(200, {"data": data})
