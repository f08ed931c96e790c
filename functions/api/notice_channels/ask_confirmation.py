"""Send the link once more that an address of mail is confirmed by."""

from __future__ import annotations

from chalicelib.resources.notice_channels import NOTICE_CHANNELS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import SEALS, Rate, reads, sends, told, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.notices.notice_confirming import ask_to_confirm


@operation(
    "POST /v1/notice_channels/{id}/confirmation",
    access="owner",
    resource=NOTICE_CHANNELS,
    layers=("crypto",),
    rate=Rate(burst=3, per_minute=1),
    needs=(
        reads("resources", "rates"),
        writes("resources", "rates"),
        sends("notices"),
        told("notices"),
        SEALS,
    ),
)
def handler(call: Call) -> Answer:
    """Send the link once more that an address of mail is confirmed by."""
    return call.show(ask_to_confirm(wiring, call.target))
