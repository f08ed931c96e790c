"""Tells an account by its other channels that nothing reaches one of them any more."""

from __future__ import annotations

import hashlib
from contextlib import suppress

from chalicelib.domain.errors import Stale
from chalicelib.ports.records import Create, Record
from chalicelib.services.notices.notice_channels import ensure_own, of_account, takes
from chalicelib.services.notices.notice_rounds import QUEUE, delivery
from chalicelib.services.tools import Tools

OWN_NAME = "your own address"


def name_of(channel: Record) -> str:
    """What people know a channel by."""
    return str(channel.attributes["url"] or channel.attributes["address"] or OWN_NAME)


def tell_elsewhere(tools: Tools, channel: Record, *, since: str, detail: str, cause: str) -> None:
    """Tell the account's own address, else every other channel of the whole account that is on.

    `cause` is what is told once, however often this is asked for.
    """
    where, now = name_of(channel), tools.now()
    item = {
        "type": channel.type,
        "id": channel.id,
        "name": where,
        "at": now,
        "since": since,
        "detail": detail,
        "deployment_id": None,
        "hostname": None,
    }
    notice = {
        "type": "channel.failed",
        "time": now,
        "subject": f"Notices do not reach {where}",
        "items": [item],
        "more": 0,
    }
    for other in _others(tools, channel):
        begin(tools, delivery(tools, other, _id(other, channel, cause), notice))


def begin(tools: Tools, record: Record) -> Record:
    """Have a delivery tried; one that is there already stays as it is."""
    with suppress(Stale):
        tools.records().commit(Create(record))
        tools.queue(QUEUE).send({"delivery": record.id})
    return record


def _others(tools: Tools, channel: Record) -> list[Record]:
    own = ensure_own(tools, channel.owner)
    if not channel.attributes["own"] and takes(own, "channel.failed"):
        return [own]
    return [
        other
        for other in of_account(tools, channel.owner)
        if other.id not in {channel.id, own.id}
        and not other.attributes["deployment_id"]
        and not other.attributes.get("failing_since")
        and takes(other, "channel.failed")
    ]


def _id(to: Record, about: Record, cause: str) -> str:
    return "ntc_" + hashlib.sha256(f"{to.id}|{about.id}|{cause}".encode()).hexdigest()[:24]
