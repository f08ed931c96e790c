"""Forgotten passwords: a link to the account's own address, and another password set by it.

The gateway keeps passwords, and sets one when it is asked. Hoster makes sure who asks: whoever has
the account's mail, or was handed a link by the owner of the installation.
"""

from __future__ import annotations

import secrets
from typing import Any

from chalicelib.domain import clock, reset_links
from chalicelib.domain.errors import (
    Conflict,
    Fault,
    GatewayInDoubt,
    GatewayUnavailable,
    Invalid,
    NotFound,
    Unavailable,
)
from chalicelib.domain.reset_links import NoLink, ResetLink
from chalicelib.ports.people import People
from chalicelib.ports.plans import LANDS_SECONDS
from chalicelib.services.accounts.letters import letter
from chalicelib.services.notices.notice_channels import own_id
from chalicelib.services.tools import Tools

PAGE = "reset-password"
"""Of the web app, where links lead."""
QUEUE = "passwords"
HELD_SECONDS = int(LANDS_SECONDS) + 10
"""For how long a link is nobody else's: what the gateway was asked may be done until then."""
TELL_AFTER_SECONDS = 3
"""When it is looked whether a password was changed, so that its owner is told."""
_TOKEN, _PASSWORD = "/data/attributes/token", "/data/attributes/password"
_INVALID = Fault(
    _TOKEN,
    "This is no link for a new password. Open the newest letter and try again.",
    code="link_invalid",
)
_EXPIRED = Fault(
    _TOKEN, "This link was good for 30 minutes. Ask for another one.", code="link_expired"
)
_USED = Fault(_TOKEN, "This link was used already. Ask for another one.", code="link_used")
_REPLACED = Fault(
    _TOKEN, "This link is no good any more: a newer one was asked for.", code="link_replaced"
)
_GONE = Fault(_TOKEN, "The account of this link is not there any more.", code="link_used")


def ask(tools: Tools, email: str) -> None:
    """Have a link sent to whoever has a mail address, if anybody has.

    Nothing is looked up here, so that neither the answer nor its time tells who has an account.
    Raises `Unavailable` with code `mail_not_configured` where no mail is sent.
    """
    if not tools.settings().mail_from:
        raise Unavailable(_no_mail(tools), code="mail_not_configured")
    tools.queue(QUEUE).send({"email": email})


def send_link(tools: Tools, email: str) -> str:
    """Send a link to whoever has a mail address; returns what came of it, in one word.

    Raises `GatewayUnavailable`, `MailUnavailable` and `MailRefused`.
    """
    mail = tools.mail()
    person = _people(tools).find(email)
    if person is None or mail is None:
        return "nobody"
    if not person.is_active:
        return "kept_out"
    link = issue_link(tools, person.account)
    name = tools.settings().mail_name
    mail.send(
        letter(
            person.email,
            f"Set a new password for {name}",
            f"Somebody, probably you, asked for a new password for your account at {name}.",
            link=("Set a new password", link),
            after=(
                "The link is good for 30 minutes, and once. If it was not you, ignore this letter: "
                "your password stays as it is."
            ),
            channel=own_id(person.account),
        )
    )
    return "sent"


def issue_link(tools: Tools, account: str) -> str:
    """A link by which an account is given another password; earlier ones are no good any more.

    Raises `Unavailable` where it is not known where the web app is.
    """
    origins = tools.settings().web_origins
    if not origins:
        raise Unavailable("It is not known where the web app is: set WebOrigins of the stack.")
    expires_at = _now(tools) + reset_links.LIFETIME_SECONDS
    nonce = secrets.token_urlsafe(32)
    token = reset_links.make(_key(tools), account, expires_at, nonce)
    tools.resets().issue(account, reset_links.digest_of(token), expires_at)
    # Behind the hash sign it reaches no server and stands in no log.
    return f"{origins[0]}/{PAGE}#{token}"


def hand_link(tools: Tools, account: str) -> tuple[str, str]:
    """A link for the owner of the installation to hand over, and the address of whom it is for.

    Raises `NotFound` for an account that the gateway does not know.
    """
    person = _people(tools).get(account)
    if person is None:
        raise NotFound(f"The gateway knows no account {account}.")
    return issue_link(tools, account), person.email


def set_password(tools: Tools, token: str, password: str) -> None:
    """Give the account of a link another password, once.

    Raises `Invalid` for a link that is no good, with why as its code, and for a password that the
    gateway would not take; `Conflict` while another request uses the link; `GatewayUnavailable`
    when nothing was done, after which the link is as it was; and `GatewayInDoubt` when nobody
    knows, after which the link can be used again once that is settled.
    """
    link = _read(tools, token)
    check_password(password)
    now = _now(tools)
    _take(tools, link, now)
    # Told before it is done: whatever dies in between, the owner hears of what may have happened.
    told = {"account": link.account, "digest": link.digest}
    try:
        tools.queue(QUEUE).send(told, delay=TELL_AFTER_SECONDS)
        _people(tools).set_password(link.account, password)
    except (GatewayUnavailable, Unavailable):
        tools.resets().give_back(link.account, link.digest)
        raise
    except NotFound:
        tools.resets().use(link.account, link.digest)
        raise Invalid((_GONE,)) from None
    except GatewayInDoubt:
        detail = (
            "It is not known whether the new password is set: try to sign in with it. "
            "If that fails, open the link again in a minute."
        )
        doubt = GatewayInDoubt(detail)
        doubt.retry_after = HELD_SECONDS
        raise doubt from None
    tools.resets().use(link.account, link.digest)


def tell_change(tools: Tools, account: str, digest: str) -> str:
    """Tell an account's owner that the password was changed; returns what came of it, in one word.

    Raises `Conflict` while it is not known yet, and as `send_link` does.
    """
    standing = tools.resets().standing(account, digest, _now(tools))
    if standing == "held":
        raise Conflict("It is not settled whether the password was changed.")
    mail, person = tools.mail(), _people(tools).get(account)
    if standing == "open" or person is None or mail is None:
        return "untold"
    name = tools.settings().mail_name
    contact = tools.settings().support_contact
    help_from = contact or f"whoever runs {name}"
    what = "was probably" if standing == "doubtful" else "was"
    mail.send(
        letter(
            person.email,
            f"Your password for {name} {what} changed",
            f"The password of your account at {name} {what} changed by a link that was sent here.",
            "If it was you, there is nothing to do. Devices that were signed in before stay so for "
            "up to 7 days.",
            f"If it was not you, ask for another link at once, and tell {help_from}.",
            channel=own_id(account),
        )
    )
    return "told"


def handled(tools: Tools, message: dict[str, Any]) -> str:
    """Do what one message of the queue asks for; returns what came of it, in one word."""
    if "email" in message:
        return send_link(tools, str(message["email"]))
    return tell_change(tools, str(message["account"]), str(message["digest"]))


def check_password(password: str) -> None:
    """Raises `Invalid` for a password that the gateway would not take, or could not hash."""
    detail = ""
    if len(password) < reset_links.SHORTEST:
        detail = f"A password has {reset_links.SHORTEST} characters at least."
    elif len(password.encode()) > reset_links.MOST_BYTES:
        detail = f"A password has {reset_links.MOST_BYTES} bytes at most."
    if detail:
        raise Invalid((Fault(_PASSWORD, detail),))


def _read(tools: Tools, token: str) -> ResetLink:
    try:
        link = reset_links.read(_key(tools), token)
    except NoLink:
        raise Invalid((_INVALID,)) from None
    if link.expires_at <= _now(tools):
        raise Invalid((_EXPIRED,))
    return link


def _take(tools: Tools, link: ResetLink, now: int) -> None:
    standing = tools.resets().hold(link.account, link.digest, now, now + HELD_SECONDS)
    if standing == "held":
        detail = "This link is being used at this moment; try again in a minute."
        held = Conflict(detail, code="link_in_use")
        held.retry_after = HELD_SECONDS
        raise held
    if standing != "open":
        raise Invalid((_USED if standing == "used" else _REPLACED,))


def _people(tools: Tools) -> People:
    people = tools.people()
    if people is None:
        raise Unavailable("It is not known where the gateway is: set MeteringURL of the stack.")
    return people


def _no_mail(tools: Tools) -> str:
    contact = tools.settings().support_contact
    whom = f"Write to {contact}" if contact else "Ask whoever runs this installation"
    return f"This installation sends no mail. {whom}: a link can be made for you."


def _key(tools: Tools) -> bytes:
    return reset_links.key_of(tools.idempotency_secret())


def _now(tools: Tools) -> int:
    return int(clock.seconds_of(tools.now()))
