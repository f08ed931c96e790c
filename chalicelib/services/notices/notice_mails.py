"""Notices as mail: to the account's own address, or to one that was confirmed."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.errors import Unavailable
from chalicelib.domain.notices.messages import lines
from chalicelib.ports.mail import Letter
from chalicelib.ports.records import Record
from chalicelib.services.accounts.letters import letter
from chalicelib.services.notices.notice_confirming import link_text
from chalicelib.services.tools import Tools

WHY = "You get this because notices of an account go to this address."
ASKED = (
    "Somebody wants notices of their apps to go to this address: when one is down, when a payment"
    " is due, and the like.",
    "If that was you, or is fine with you, open this link within a day. If not, do nothing: then"
    " nothing will come.",
)
SETTINGS = "/settings/notices"
PAGES = {
    "deployments": "/deployments/{id}",
    "nodes": "/nodes/{id}",
    "invoices": "/billing/{id}",
}
"""The web app's page of what a notice is about, by its type."""


def send_notice(tools: Tools, record: Record, channel: Record) -> str:
    """Send a notice as mail, and say what came of it. Raises a `ProductError`."""
    mail = tools.mail()
    if mail is None:
        raise Unavailable("This installation sends no mail: it has no address to send from.")
    message_id = mail.send(_written(tools, record.attributes["notice"], channel))
    return f"Handed over as {message_id}."


def _written(tools: Tools, notice: dict[str, Any], channel: Record) -> Letter:
    origin, to = next(iter(tools.settings().web_origins), ""), _address(tools, channel)
    if notice["type"] == "confirm":
        token = tools.seal().open(channel.sealed["token"], record=channel.id, field="token")
        address = f"{origin}/confirm-address#{link_text(channel, token)}"
        return letter(to, notice["subject"], *ASKED, link=("Confirm this address", address))
    after = f"{WHY} Change that in the settings: {origin}{SETTINGS}"
    link = ("Look at it", origin + _page(notice))
    return letter(to, notice["subject"], *lines(notice), link=link, after=after)


def _page(notice: dict[str, Any]) -> str:
    """The page that a notice leads to: of the one thing that it tells, or of all."""
    [*items] = notice["items"]
    if len(items) != 1:
        return "/"
    item = items[0]
    if item["deployment_id"]:
        return PAGES["deployments"].format(id=item["deployment_id"])
    return PAGES.get(item["type"], SETTINGS).format(id=item["id"])


def _address(tools: Tools, channel: Record) -> str:
    """Where mail goes. Raises `Unavailable` while the gateway does not tell."""
    if not channel.attributes["own"]:
        return str(channel.attributes["address"])
    people = tools.people()
    person = people.get(channel.owner) if people is not None else None
    if person is None:
        raise Unavailable("The gateway tells no address of this account.")
    return person.email
