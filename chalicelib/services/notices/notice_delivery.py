"""One delivery, tried: by webhook or by mail, again with growing pauses, for a day at most."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from chalicelib.domain import clock
from chalicelib.domain.errors import Conflict, Contended, ProductError, Stale
from chalicelib.domain.notices import retries
from chalicelib.domain.notices.messages import body
from chalicelib.domain.notices.signatures import headers
from chalicelib.ports.records import Change, Page, Record, Selection
from chalicelib.ports.webhooks import NotDelivered
from chalicelib.services.notices.notice_channels import LIVING, secrets_of, takes, target_of
from chalicelib.services.notices.notice_mails import AddressStopped, send_notice
from chalicelib.services.notices.notice_rounds import (
    DELIVERIES,
    QUEUE,
    delivery,
    parent_of_deliveries,
)
from chalicelib.services.notices.notice_telling import begin, tell_elsewhere
from chalicelib.services.notices.returned_mail import is_over, stop_channel
from chalicelib.services.tools import Tools

LEASE_SECONDS = 120
"""When a delivery is tried again whose function died while it tried."""
KEPT = 12
"""Attempts that a delivery remembers."""
LONGEST_DELAY = 900
"""Seconds that a message can wait in the queue; a longer pause ends with a round."""
HEADERS = {"Content-Type": "application/json", "User-Agent": "Hoster-Webhooks/1.0"}

ASKED_FOR = frozenset({"test", "confirm"})
"""What somebody asked for just now, whether the channel is on or off."""

Outcome = Literal["delivered", "again", "failed", "moved_on"]


@dataclass(frozen=True)
class Tried:
    """What came of one try."""

    delivered: bool
    response_status: int | None
    detail: str
    is_final: bool = False
    """Whether trying again cannot help."""
    is_told: bool = False
    """Whether the channel's state says why, so that it is no failure to tell besides."""


def attempt(tools: Tools, delivery_id: str) -> Outcome:
    """Try a delivery that is due, and write down what came of it."""
    found = tools.records().get(delivery_id)
    if found is None or found.type != DELIVERIES or not _is_due(found, tools.now()):
        return "moved_on"
    channel = tools.records().get(found.attributes["channel_id"])
    try:
        taken = _take(tools, found)
    except Stale:
        return "moved_on"
    begun, started = tools.now(), time.monotonic()
    tried = _tried(tools, taken, channel)
    seconds = round(time.monotonic() - started, 2)
    return _note(tools, taken, channel, tried, at=begun, seconds=seconds)


def _is_due(record: Record, now: str) -> bool:
    due_at = record.attributes.get("due_at")
    return record.status == "pending" and bool(due_at) and str(due_at) <= now


def _take(tools: Tools, record: Record) -> Record:
    """Have it for oneself for a while. Raises `Stale` when somebody else has."""
    return tools.records().change(
        Change(
            of=record,
            attributes={
                "due_at": _later(tools.now(), LEASE_SECONDS),
                "attempt_count": int(record.attributes["attempt_count"]) + 1,
            },
            if_status=("pending",),
            if_version=record.version,
        )
    )


def _tried(tools: Tools, record: Record, channel: Record | None) -> Tried:
    if channel is None or (reason := _reason_against(record, channel)):
        reason = reason if channel else "The channel is gone."
        return Tried(False, None, reason, is_final=True, is_told=True)
    try:
        if channel.attributes["kind"] == "email":
            return Tried(True, None, send_notice(tools, record, channel))
        return _posted(tools, record, channel)
    except AddressStopped as error:
        stop_channel(tools, channel, error.known)
        return Tried(False, None, str(error), is_final=True, is_told=True)
    except NotDelivered as error:
        return Tried(False, None, str(error))
    except ProductError as error:
        return Tried(False, None, error.detail)


def _reason_against(record: Record, channel: Record) -> str:
    """Why a channel gets a notice no longer; empty when it does."""
    kind = record.attributes["notice"]["type"]
    if channel.status == "deleted":
        return "The channel was deleted."
    if kind == "confirm":
        return "" if "token" in channel.sealed else "The address is confirmed."
    if takes(channel, kind):
        return ""
    silence = _silence(channel)
    if silence is not None:
        return silence.detail
    return "" if kind in ASKED_FOR else "The channel was switched off."


def _silence(channel: Record) -> Conflict | None:
    """Why a channel gets nothing in the state that it is in; None where it does."""
    if channel.status == "unconfirmed":
        detail = "This address is not confirmed yet. Open the link in the mail that it got."
        return Conflict(detail, code="unconfirmed")
    if channel.status == "muted":
        detail = "Its reader had notices stopped. Ask them whether notices may come again."
        return Conflict(detail, code="muted")
    if channel.status == "undeliverable":
        detail = "No mail goes to this address any more. Ask its reader to confirm it anew."
        return Conflict(detail, code="undeliverable")
    return None


def _posted(tools: Tools, record: Record, channel: Record) -> Tried:
    """Send a message to a webhook: only an answer of 200 to 299 says that it was taken."""
    notice = body(record.id, record.attributes["notice"])
    content = json.dumps(notice, ensure_ascii=False, separators=(",", ":")).encode()
    signed = headers(
        secrets_of(tools, channel),
        message_id=record.id,
        timestamp=clock.seconds_of(tools.now()),
        body=content,
    )
    target = target_of(tools, channel.attributes["url"])
    said = tools.webhooks().post(target, content, HEADERS | signed)
    delivered = 200 <= said.status < 300
    detail = said.head
    if 300 <= said.status < 400:
        detail = "It leads elsewhere, which is not followed. Give the address where it ends."
    return Tried(delivered, said.status, detail, is_final=said.status == 410)


def _note(
    tools: Tools, record: Record, channel: Record | None, tried: Tried, *, at: str, seconds: float
) -> Outcome:
    """Write an attempt down, and when the next one is; what failed for good is told."""
    known = record.attributes
    count = int(known["attempt_count"])
    wait = None if tried.delivered or tried.is_final else retries.wait_after(count)
    due_at = None if wait is None else _later(tools.now(), wait)
    status = "delivered" if tried.delivered else "failed" if wait is None else "pending"
    one = {
        "at": at,
        "seconds": str(seconds),
        "response_status": tried.response_status,
        "detail": tried.detail[:500],
    }
    change = Change(
        of=record,
        status=status,
        attributes={"due_at": due_at, "attempts": [*known["attempts"], one][-KEPT:]},
        if_version=record.version,
    )
    try:
        tools.records().commit(change)
    except Stale:
        return "moved_on"
    if wait is not None and wait <= LONGEST_DELAY:
        tools.queue(QUEUE).send({"delivery": record.id}, delay=wait)
    if channel is not None and channel.status != "deleted":
        _mark(tools, channel, record, tried, at=at, status=status)
    outcomes: dict[str, Outcome] = {"delivered": "delivered", "failed": "failed"}
    return outcomes.get(status, "again")


def _mark(
    tools: Tools, channel: Record, record: Record, tried: Tried, *, at: str, status: str
) -> None:
    """Let a channel show how its last delivery went, and tell once that it fails."""
    since = channel.attributes.get("failing_since")
    fails_now = status == "failed" and not since and not tried.is_told
    last = {
        "id": record.id,
        "at": at,
        "status": status,
        "response_status": tried.response_status,
        "detail": tried.detail[:500],
    }
    said: dict[str, Any] = {"last_delivery": last}
    if tried.delivered:
        said["failing_since"] = None
        if is_over(channel, tools.now()):
            said["returned"] = None
    elif fails_now:
        said["failing_since"] = at
    told = tools.told(channel, "notices_failing", "hoster", detail=tried.detail[:200])
    with suppress(Stale, Contended):
        tools.records().commit(
            Change(of=channel, attributes=said, aside=True, if_status=LIVING),
            *([told] if fails_now else []),
        )
        if fails_now:
            count = record.attributes["attempt_count"]
            why = f"Not delivered after {count} tries: {tried.detail}"
            tell_elsewhere(tools, channel, since=record.created_at, detail=why, cause=record.id)


def send_test(tools: Tools, channel: Record) -> Record:
    """Have a test notice delivered to a channel, also to one that is off.

    Raises `Conflict` where the address is not confirmed, or its reader has to confirm anew.
    """
    silence = _silence(channel)
    if silence is not None:
        raise silence
    now = tools.now()
    item = {
        "type": channel.type,
        "id": channel.id,
        "name": channel.attributes["url"] or channel.attributes["address"] or "your own address",
        "at": now,
        "since": now,
        "detail": "This is a test: nothing happened.",
        "deployment_id": None,
        "hostname": None,
    }
    notice = {"type": "test", "time": now, "subject": "Test notice", "items": [item], "more": 0}
    return begin(tools, delivery(tools, channel, tools.new_id("ntc_"), notice))


def replay(tools: Tools, channel: Record, delivery_id: str) -> Record | None:
    """Have a delivery tried again from the start, under its own id; None when it is not there.

    Raises `Conflict` while it is under way.
    """
    found = tools.records().get(delivery_id)
    if found is None or found.type != DELIVERIES or found.attributes["channel_id"] != channel.id:
        return None
    if found.status == "pending":
        raise Conflict("It is still being tried.", code="delivery_pending")
    change = Change(
        of=found,
        status="pending",
        attributes={"due_at": tools.now(), "attempt_count": 0},
        if_version=found.version,
    )
    try:
        tools.records().commit(change)
    except Stale as error:
        raise Conflict("It is being tried at this moment.", code="delivery_pending") from error
    tools.queue(QUEUE).send({"delivery": found.id})
    return tools.records().get(found.id)


def deliveries_of(
    tools: Tools, channel: Record, *, limit: int, after: str | None, before: str | None
) -> Page:
    """Read one page of a channel's deliveries, newest first."""
    selection = Selection(DELIVERIES, parent=parent_of_deliveries(channel.id))
    return tools.records().select(selection, limit=limit, after=after, before=before)


def shown(record: Record) -> dict[str, Any]:
    """A delivery as its owner sees it."""
    known = record.attributes
    return {
        "type": DELIVERIES,
        "id": record.id,
        "attributes": {
            "type": known["notice"]["type"],
            "subject": known["notice"]["subject"],
            "status": record.status,
            "attempts": [
                {
                    **one,
                    "seconds": float(one["seconds"]),
                    "response_status": _whole(one["response_status"]),
                }
                for one in known["attempts"]
            ],
            "attempt_count": int(known["attempt_count"]),
            "next_attempt_at": known.get("due_at"),
            "created_at": record.created_at,
        },
    }


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def _later(now: str, seconds: float) -> str:
    return clock.text_of(clock.moment_of(now) + timedelta(seconds=seconds))
