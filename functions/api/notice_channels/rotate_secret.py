"""Make another secret for a webhook; for a day messages are signed with both."""

from __future__ import annotations

from chalicelib.domain.errors import PreconditionFailed, Stale
from chalicelib.resources.notice_channels import NOTICE_CHANNELS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import SEALS, Rate, reads, writes
from chalicelib.runtime.http import Answer, with_attributes
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.notices.notice_channels import rotate


@operation(
    "POST /v1/notice_channels/{id}/rotate_secret",
    access="owner",
    resource=NOTICE_CHANNELS,
    shows_secret=True,
    layers=("crypto",),
    rate=Rate(burst=5, per_minute=5),
    needs=(reads("resources"), writes("resources", "journal"), SEALS),
)
def handler(call: Call) -> Answer:
    """Make another secret for a webhook; for a day messages are signed with both."""
    try:
        record, secret = rotate(wiring, call.target)
    except Stale as error:
        raise PreconditionFailed("It changed meanwhile; read it again.") from error
    return with_attributes(call.show(record), secret=secret)
