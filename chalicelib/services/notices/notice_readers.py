"""What a channel's reader decides by the link in its letters: no more of them, or again.

The link carries a random text of the channel's own. It lets nobody in, so it is kept as it is,
and holds for as long as the channel is there: also the oldest letter's link works.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass

from chalicelib.domain.errors import Conflict, NotFound, Stale
from chalicelib.ports.records import Change, Record
from chalicelib.services.notices.notice_channels import TYPE, new_link
from chalicelib.services.tools import Tools

PAGE = "unsubscribe"
"""Of the web app, where people are led."""
ROUTE = "/api/v1/notice_unsubscriptions/"
"""Where mail programs post (RFC 8058)."""
TEXT = re.compile(r"chn_[0-9a-z]{1,40}\.[A-Za-z0-9_-]{1,64}", re.ASCII)
"""What a link carries."""
TRIES = 3
UNKNOWN = "This link is not known here. Where it is of an old letter, nothing comes any more."


@dataclass(frozen=True)
class ReaderLinks:
    """The two addresses that a letter carries for its reader; empty where nothing is known."""

    page: str
    post: str


def links_of(tools: Tools, channel: Record) -> ReaderLinks:
    """What a letter that goes through a channel carries for its reader."""
    origin = next(iter(tools.settings().web_origins), "")
    if not origin:
        return ReaderLinks("", "")
    text = _text(tools, channel)
    return ReaderLinks(f"{origin}/{PAGE}#{text}", f"{origin}{ROUTE}{text}")


def page_of(tools: Tools, text: str) -> str:
    """The page on which people decide; nothing is looked up for it. Raises `NotFound`."""
    origin = next(iter(tools.settings().web_origins), "")
    if not origin or not TEXT.fullmatch(text):
        raise NotFound(UNKNOWN)
    # Behind the hash sign it reaches no server and stands in no log.
    return f"{origin}/{PAGE}#{text}"


def mute(tools: Tools, text: str) -> Record:
    """Take a channel out of service, as its reader wants; what is out of it already stays so.

    Raises `NotFound` for a text that is no channel's, and `Conflict` where others kept changing
    the channel.
    """
    for _ in range(TRIES):
        channel = of_link(tools, text)
        if channel is None:
            raise NotFound(UNKNOWN)
        if channel.status != "active":
            return channel
        change = Change(
            of=channel,
            status="muted",
            attributes={"muted_at": tools.now()},
            if_status=("active",),
            if_version=channel.version,
        )
        try:
            tools.records().commit(change, tools.told(channel, "muted_by_reader", "hoster"))
        except Stale:
            continue
        return tools.records().get(channel.id) or channel
    raise _busy()


def of_link(tools: Tools, text: str) -> Record | None:
    """The channel whose reader a text is known to; None for any other text."""
    channel_id, _, told = text.partition(".")
    channel = tools.records().get(channel_id) if TEXT.fullmatch(text) else None
    if channel is None or channel.type != TYPE:
        return None
    known = str(channel.attributes.get("reader_link") or "")
    matches = bool(known) and hmac.compare_digest(known.encode(), told.encode())
    return channel if matches else None


def _text(tools: Tools, channel: Record) -> str:
    """What a channel's links carry; a channel of before there were any is given one."""
    for _ in range(TRIES):
        link = channel.attributes.get("reader_link")
        if link:
            return f"{channel.id}.{link}"
        given = {"reader_link": new_link()}
        try:
            channel = tools.records().change(
                Change(of=channel, attributes=given, if_version=channel.version)
            )
        except Stale:
            channel = tools.records().get(channel.id) or channel
    raise _busy()


def _busy() -> Conflict:
    return Conflict("It is being changed at this moment; try again.", code="channel_changed")
