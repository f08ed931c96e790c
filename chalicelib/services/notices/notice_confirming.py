"""Addresses of mail that are told nothing until a link is opened there.

Those are the ones that are not the account's own, until they agree; and every one whose reader had
notices stopped, or whose mail came back, until it agrees anew.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets as random
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, Conflict, Stale
from chalicelib.ports.records import Change, Create, Record
from chalicelib.services.notices.mail_addresses import known_of, well
from chalicelib.services.notices.notice_readers import of_link
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


@dataclass(frozen=True)
class _Again:
    """How often the reader of one address is asked who said no, or whose mail came back."""

    burst: int = 2
    per_minute: float = 1 / (12 * 60)


ASKABLE = ("muted", "unconfirmed", "undeliverable")
"""States of a channel whose reader can be asked."""
READERS_OWN = ("muted", "undeliverable")
"""States out of which its reader may bring a channel by the link of any letter."""
COMPLAINED = (
    "Its reader reported a letter as spam, so nothing is written there any more, not even a link to"
    " confirm. Only its reader can have notices come again: by the link at the end of any of the"
    " letters."
)
WRONG = "This link is not valid any more. Have another one sent: Settings, Notices."


def ask_to_confirm(tools: Tools, channel: Record) -> Record:
    """Have a link sent to a channel's address; one that was sent before opens nothing any more.

    Raises `Conflict` for a channel that needs none, and for one whose reader complained, and
    `RateLimited`.
    """
    if channel.status not in ASKABLE:
        raise Conflict("This channel needs no confirmation.", code="confirmed")
    # What somebody new to an address is not told: where it complained, no letter is sent.
    if channel.status != "unconfirmed":
        known = _known_address(tools, channel)
        if known is not None and known.status == "complained":
            raise Conflict(COMPLAINED, code="address_complained")
        tools.rates().take(f"{channel.id}#asked", _Again())
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
            if_status=ASKABLE,
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
    """Take what a link carried, once; what came back before stands against nothing any more.

    A reader who had notices stopped, or complained, agrees anew by the link of any letter as well.
    Raises `BadRequest` for what opens nothing.
    """
    channel = _asked(tools, text) or _changed_mind(tools, text)
    if channel is None:
        raise BadRequest(WRONG, pointer="/data/attributes/token")
    known = _known_address(tools, channel)
    try:
        tools.records().commit(
            Change(
                of=channel,
                status="active",
                attributes={
                    "token_hash": None,
                    "muted_at": None,
                    "undeliverable": None,
                    "returned": None,
                    "failing_since": None,
                },
                unseal=("token",),
                if_status=ASKABLE,
                if_version=channel.version,
            ),
            *([well(tools, known)] if known is not None else []),
            tools.told(channel, "address_confirmed", channel.owner),
        )
    except Stale as error:
        raise BadRequest(WRONG, pointer="/data/attributes/token") from error
    return tools.records().get(channel.id) or channel


def _asked(tools: Tools, text: str) -> Record | None:
    """The channel that a link is for which its reader was sent; None where it is good no more."""
    channel_id, _, token = text.partition(".")
    channel = tools.records().get(channel_id) if channel_id.startswith("chn_") else None
    if channel is None or channel.status not in ASKABLE:
        return None
    known = channel.attributes.get("token_hash") or ""
    is_good = hmac.compare_digest(known, _hash(token))
    return channel if is_good and channel.attributes["token_until"] >= tools.now() else None


def _changed_mind(tools: Tools, text: str) -> Record | None:
    """The channel whose reader has had it stopped, and knows it by the link of a letter."""
    channel = of_link(tools, text)
    return channel if channel is not None and channel.status in READERS_OWN else None


def _known_address(tools: Tools, channel: Record) -> Record | None:
    """What is known of a channel's address; of the account's own, as it was when mail came back."""
    if not channel.attributes["own"]:
        return known_of(tools, channel.attributes["address"] or "")
    mark = channel.attributes.get("address_id")
    return tools.records().get(mark) if mark else None


def link_text(channel: Record, token: str) -> str:
    """What a link carries: which channel, and the token."""
    return f"{channel.id}.{token}"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
