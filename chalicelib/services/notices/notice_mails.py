"""Notices as mail: to the account's own address, or to one that was confirmed.

Each lets its reader have no more of them, by a link and by the button of mail programs, but for
what the account's own address must be told: what is owed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chalicelib.domain.errors import Unavailable
from chalicelib.domain.notices.messages import lines
from chalicelib.domain.notices.rules import MUST_ARRIVE
from chalicelib.ports.mail import Letter
from chalicelib.ports.records import Record
from chalicelib.services.accounts.letters import letter
from chalicelib.services.notices.mail_addresses import stopped
from chalicelib.services.notices.notice_confirming import link_text
from chalicelib.services.notices.notice_readers import links_of
from chalicelib.services.tools import Tools

WHY = "You get this because notices of an account go to this address."
ASKED = (
    "Somebody wants notices of their apps to go to this address: when one is down, when a payment"
    " is due, and the like.",
    "If that was you, or is fine with you, open this link within a day. If not, do nothing: then"
    " nothing will come.",
)
ASKED_AGAIN = (
    "Notices of an account went to this address, until its reader had them stopped or a letter came"
    " back. The account's owner asks whether they may come again.",
    "If that is fine with you, open this link within a day. If not, do nothing: then nothing will"
    " come.",
)
NO_MORE = "No more of these letters"
SETTINGS = "/settings/notices"
PAGES = {
    "deployments": "/deployments/{id}",
    "nodes": "/nodes/{id}",
    "invoices": "/billing/{id}",
}
"""The web app's page of what a notice is about, by its type."""


class AddressStopped(Exception):
    """Nothing is written to an address, because of what came back from it before."""

    def __init__(self, known: Record) -> None:
        super().__init__(known.attributes["detail"])
        self.known = known


def send_notice(tools: Tools, record: Record, channel: Record) -> str:
    """Send a notice as mail, and say what came of it.

    Raises `AddressStopped`, and a `ProductError` where it can be tried again.
    """
    mail, notice = tools.mail(), record.attributes["notice"]
    if mail is None:
        raise Unavailable("This installation sends no mail: it has no address to send from.")
    to = address_of(tools, channel)
    known = stopped(tools, to, notice["type"])
    if known is not None:
        raise AddressStopped(known)
    return f"Handed over as {mail.send(_written(tools, notice, channel, to))}."


def _written(tools: Tools, notice: dict[str, Any], channel: Record, to: str) -> Letter:
    origin, subject = next(iter(tools.settings().web_origins), ""), notice["subject"]
    if notice["type"] == "confirm":
        token = tools.seal().open(channel.sealed["token"], record=channel.id, field="token")
        button = ("Confirm this address", f"{origin}/confirm-address#{link_text(channel, token)}")
        asked = ASKED if channel.status == "unconfirmed" else ASKED_AGAIN
        return letter(to, subject, *asked, link=button, channel=channel.id)
    links = links_of(tools, channel)
    is_owed = channel.attributes["own"] and notice["type"] in MUST_ARRIVE
    last = (NO_MORE, links.page) if links.page and not is_owed else None
    written = letter(
        to,
        subject,
        *lines(notice),
        link=("Look at it", origin + _page(notice)),
        after=f"{WHY} Change that in the settings: {origin}{SETTINGS}",
        last=last,
        channel=channel.id,
    )
    return replace(written, unsubscribe=links.post if last else "")


def _page(notice: dict[str, Any]) -> str:
    """The page that a notice leads to: of the one thing that it tells, or of all."""
    [*items] = notice["items"]
    if len(items) != 1:
        return "/"
    item = items[0]
    if item["deployment_id"]:
        return PAGES["deployments"].format(id=item["deployment_id"])
    return PAGES.get(item["type"], SETTINGS).format(id=item["id"])


def address_of(tools: Tools, channel: Record) -> str:
    """Where mail goes. Raises `Unavailable` while the gateway does not tell."""
    if not channel.attributes["own"]:
        return str(channel.attributes["address"])
    people = tools.people()
    person = people.get(channel.owner) if people is not None else None
    if person is None:
        raise Unavailable("The gateway tells no address of this account.")
    return person.email
