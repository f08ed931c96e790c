"""Letters about the closing of an account: that it was asked for, and the proof in the end."""

from __future__ import annotations

from chalicelib.domain.errors import MailRefused
from chalicelib.ports.mail import Letter
from chalicelib.ports.people import Person
from chalicelib.ports.records import Record
from chalicelib.services.accounts.letters import letter
from chalicelib.services.closings.closing_proof import Proof
from chalicelib.services.notices.notice_channels import own_id
from chalicelib.services.tools import Tools

ASKED, CLOSED = "asked", "closed"
SHOWN = 200
"""How many removed things a letter names one by one."""


def send(tools: Tools, closing: Record, kind: str, proof: Proof | None = None) -> bool:
    """Send a letter that was not sent before; returns whether it was sent, or never can be.

    Raises `GatewayUnavailable` and `MailUnavailable`: then it is to be tried again.
    """
    if kind in closing.attributes["letters"]:
        return False
    people, mail = tools.people(), tools.mail()
    person = people.get(closing.owner) if people is not None else None
    if person is None or mail is None:
        return True
    written = _of_proof(tools, person, proof) if proof else _of_request(tools, person, closing)
    try:
        mail.send(written)
    except MailRefused:
        return True
    return True


def _of_request(tools: Tools, person: Person, closing: Record) -> Letter:
    name, until = tools.settings().mail_name, closing.attributes["closes_at"][:10]
    page = next(iter(tools.settings().web_origins), "") + "/settings/account"
    return letter(
        person.email,
        f"Your account at {name} is being closed",
        f"You asked to close your account at {name}. Your apps are stopped; on {until} everything"
        " is removed for good: apps with their data, servers, backups, keys and tokens.",
        "Until then you can sign in, take an export along, pay what is owed, and keep the account.",
        link=("Keep or export my account", page),
        after="If it was not you, keep the account and set another password at once.",
        channel=own_id(closing.owner),
    )


def _of_proof(tools: Tools, person: Person, proof: Proof) -> Letter:
    name, removed = tools.settings().mail_name, proof["removed"]
    things = [
        f"{one['removed_at']}  {one['resource_type']}  {one['name']} ({one['resource_id']})"
        + (f": {one['provider_said']}" if one["provider_said"] else "")
        for one in removed[:SHOWN]
    ]
    more = [f"And {len(removed) - SHOWN} more."] if len(removed) > SHOWN else []
    remains = [f"{one['what']}. {one['why']}" for one in proof["remains"]]
    return letter(
        person.email,
        f"Your account at {name} is closed",
        f"The account {proof['account']} was closed on {proof['closed_at']}. {len(removed)} things"
        " were removed. Then it was looked again: nothing but what is said below is left.",
        "Removed:",
        *things,
        *more,
        "What remains, and why:",
        *remains,
    )
