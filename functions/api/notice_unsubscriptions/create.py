"""Have no more notices come to the address that a letter went to: one click of a mail program."""

from __future__ import annotations

from typing_extensions import TypedDict

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import one, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.notices.notice_readers import mute


class Unsubscribed(TypedDict):
    """That no notice comes any more."""

    address: str | None
    """Where they went; null for an account's own address."""
    own: bool
    """Whether it is an account's own address, where what is owed still is told."""
    muted_at: str | None
    """When its reader had them stopped; null where something else did before."""


@operation(
    "POST /v1/notice_unsubscriptions/{token}",
    access="anyone",
    reads_body=False,
    answers=one("notice_unsubscriptions", Unsubscribed),
    needs=(reads("resources"), writes("resources", "journal")),
)
def handler(call: Call) -> Answer:
    """Have no more notices come to the address that a letter went to: one click of a mail program.

    The `token` is of a letter's link. Whatever the body is, it is not looked at: mail programs post
    a form (RFC 8058). Asked again, it answers the same.
    """
    channel = mute(wiring, call.request.parameters.get("token", ""))
    known = channel.attributes
    shown = {"address": known["address"], "own": known["own"], "muted_at": known.get("muted_at")}
    data = {"type": "notice_unsubscriptions", "id": channel.id, "attributes": shown}
    return Answer(200, {"data": data})
