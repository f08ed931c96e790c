"""Rounds and deliveries of notices, run when a test says so, under their functions' roles."""

from __future__ import annotations

import json
from typing import Any

from moto.dynamodb.models import dynamodb_backends

from chalicelib.runtime import wiring
from chalicelib.services.notices.notice_confirming import link_text
from functions.events.notices import deliver_notice
from functions.schedules import tell_people
from tests.functions.checks import Checked
from tests.functions.messages import taken
from tests.permissions import watched_as

ACCOUNT = "123456789012"
URL = "https://hooks.example.com/hoster?to=me"


def hook(here: Checked, user: str, **changes: Any) -> str:
    """The path of a webhook of an account."""
    given = {"kind": "webhook", "url": URL} | changes
    reply = here.call("POST", "/notice_channels", given, user=user)
    assert reply.status == 201, reply.body
    return f"/notice_channels/{reply.id}"


def mailbox(here: Checked, user: str, address: str = "team@example.com") -> str:
    """The path of a channel to an address that is not the account's own, and not confirmed."""
    given = {"kind": "email", "address": address}
    reply = here.call("POST", "/notice_channels", given, user=user)
    assert reply.status == 201, reply.body
    return f"/notice_channels/{reply.id}"


def link_of(channel: str) -> str:
    """What the link carries that confirms a channel's address, by the channel's path."""
    record = wiring.records().get(channel.rsplit("/", 1)[1])
    assert record is not None
    token = wiring.seal().open(record.sealed["token"], record=record.id, field="token")
    return link_text(record, token)


def agreed(here: Checked, user: str, address: str = "team@example.com") -> str:
    """The path of a channel to an address that was confirmed; nothing waits for it."""
    channel = mailbox(here, user, address)
    follow_link(here, link_of(channel))
    asked()
    return channel


def follow_link(here: Checked, link: str) -> None:
    """Open the link that confirms an address."""
    given = {"token": link}
    assert here.call("POST", "/notice_confirmations", given).status == 200


def happened(record_id: str, name: str, **data: Any) -> None:
    """Have something happen to a record."""
    record = wiring.records().get(record_id)
    assert record is not None
    wiring.records().commit(wiring.told(record, name, "hoster", **data))


def go_round() -> dict[str, int]:
    """Turn what happened into deliveries."""
    [declaration] = tell_people.handler.declarations  # type: ignore[attr-defined]
    with watched_as("tell_people", declaration):
        return tell_people.handler({}, None)


def asked() -> list[dict[str, Any]]:
    """Take every message of the queue that waits, whatever its delay."""
    return [json.loads(body) for body in taken(wiring.settings().notices_queue)]


def deliver(messages: list[dict[str, Any]] | None = None) -> list[str]:
    """Try what was asked for, or others; returns the ids of messages that are none."""
    bodies = [json.dumps(one) for one in (asked() if messages is None else messages)]
    records = [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]
    [declaration] = deliver_notice.handler.declarations  # type: ignore[attr-defined]
    with watched_as("deliver_notice", declaration):
        answer = deliver_notice.handler({"Records": records}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def forget_all() -> None:
    """Forget what waits to be told or delivered, whosoever it is."""
    asked()
    for table in dynamodb_backends[ACCOUNT]["us-east-1"].tables.values():
        table.items.clear()


def tell(here: Checked, *, later: float = 200) -> None:
    """Let what happened settle, turn it into deliveries, and try them."""
    here.world.skew += later
    go_round()
    deliver()


def received(here: Checked) -> list[dict[str, Any]]:
    """The bodies that receivers got so far."""
    return [json.loads(body) for _, body, _ in here.world.hooks.got]


def deliveries(here: Checked, channel: str, user: str) -> list[dict[str, Any]]:
    """What was sent to a channel, by its path, newest first."""
    reply = here.call("GET", f"{channel}/deliveries", user=user)
    assert reply.status == 200, reply.body
    return [one["attributes"] | {"id": one["id"]} for one in reply.body["data"]]
