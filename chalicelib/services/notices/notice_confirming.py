"""Addresses of mail that are not the account's own: told nothing until a link is opened there."""

from __future__ import annotations

import hashlib
import hmac
import secrets as random
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, Conflict, Stale
from chalicelib.ports.records import Change, Create, Record
from chalicelib.services.notices.notice_rounds import QUEUE, delivery
from chalicelib.services.tools import Tools

TOKEN_BYTES = 24
HOURS = 24
"""For how long a link may be opened."""


@dataclass(frozen=True)
class _Letters:
    """How many links one account has sent, to whomever."""

    burst: int = 10
    per_minute: float = 0.5


WRONG = "This link is not valid any more. Have another one sent: Settings, Notices."


def ask_to_confirm(tools: Tools, channel: Record) -> Record:
    """Have a link sent to a channel's address; one that was sent before opens nothing any more.

    Raises `Conflict` for a channel that needs none, and `RateLimited`.
    """
    if channel.status != "unconfirmed":
        raise Conflict("This channel needs no confirmation.", code="confirmed")
    # Whoever has links sent to people who never asked for them is bounded by account.
    tools.rates().take(f"{channel.owner}#confirmations", _Letters())
    token = random.token_urlsafe(TOKEN_BYTES)
    until = clock.text_of(clock.moment_of(tools.now()) + timedelta(hours=HOURS))
    hidden = tools.seal().seal(token, record=channel.id, field="token")
    tools.records().commit(
        Change(
            of=channel,
            attributes={"token_hash": _hash(token), "token_until": until},
            sealed={"token": hidden},
            if_status=("unconfirmed",),
        )
    )
    notice = {
        "type": "confirm",
        "time": tools.now(),
        "subject": "Confirm that notices go to this address",
        "items": [],
        "more": 0,
    }
    asked = delivery(tools, channel, tools.new_id("ntc_"), notice)
    tools.records().commit(Create(asked))
    tools.queue(QUEUE).send({"delivery": asked.id})
    return tools.records().get(channel.id) or channel


def confirm(tools: Tools, text: str) -> Record:
    """Take what a link carried, once. Raises `BadRequest` for what opens nothing."""
    channel_id, _, token = text.partition(".")
    channel = tools.records().get(channel_id) if channel_id.startswith("chn_") else None
    known = (channel.attributes.get("token_hash") or "") if channel is not None else ""
    matches = hmac.compare_digest(known, _hash(token))
    if channel is None or channel.status != "unconfirmed" or not matches:
        raise BadRequest(WRONG, pointer="/data/attributes/token")
    if channel.attributes["token_until"] < tools.now():
        raise BadRequest(WRONG, pointer="/data/attributes/token")
    try:
        tools.records().commit(
            Change(
                of=channel,
                status="active",
                attributes={"token_hash": None},
                unseal=("token",),
                if_status=("unconfirmed",),
                if_version=channel.version,
            ),
            tools.told(channel, "address_confirmed", channel.owner),
        )
    except Stale as error:
        raise BadRequest(WRONG, pointer="/data/attributes/token") from error
    return tools.records().get(channel.id) or channel


def link_text(channel: Record, token: str) -> str:
    """What a link carries: which channel, and the token."""
    return f"{channel.id}.{token}"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
