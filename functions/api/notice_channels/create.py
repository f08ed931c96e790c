"""Have an account told somewhere else too; this answer is the only one that shows the secret."""

from __future__ import annotations

from chalicelib.resources.notice_channels import NOTICE_CHANNELS, CreateChannel
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import SEALS, Rate, reads, sends, told, writes
from chalicelib.runtime.http import Answer, with_attributes
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.notices.notice_channels import make
from chalicelib.services.notices.notice_confirming import ask_to_confirm


@operation(
    "POST /v1/notice_channels",
    access="member",
    resource=NOTICE_CHANNELS,
    body=CreateChannel,
    success=201,
    shows_secret=True,
    layers=("crypto",),
    rate=Rate(burst=120, per_minute=60),
    needs=(
        reads("resources", "reservations", "rates"),
        writes("resources", "reservations", "journal", "rates"),
        sends("notices"),
        told("notices"),
        SEALS,
    ),
)
def handler(call: Call) -> Answer:
    """Have an account told somewhere else too; this answer is the only one that shows the secret.

    An address of mail is asked by a mail to confirm first.
    """
    record, secret = make(wiring, call.given, owner=call.caller.member)
    if record.status == "unconfirmed":
        record = ask_to_confirm(wiring, record)
    answer = call.show(record, 201)
    return with_attributes(answer, secret=secret) if secret else answer
