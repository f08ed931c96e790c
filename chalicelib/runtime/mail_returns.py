"""Reads what SES tells of a letter's bounce or complaint, as its configuration set publishes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain import clock
from chalicelib.ports.mail import Returned

CHANNEL = "channel"
"""The tag of a letter that names its notice channel."""
NO_SPAM = "not-spam"
"""The complaint that takes one back."""
GREETING = "Successfully validated SNS topic"
LONGEST = 200
WORDS: Mapping[str, str] = {
    "NoEmail": "There is no such mailbox.",
    "Suppressed": "SES does not deliver there, because mail came back from there before.",
    "OnAccountSuppressionList": "SES does not deliver there, because mail came back from there"
    " before.",
    "UnsubscribedRecipient": "Its reader takes no mail of this kind.",
    "MailboxFull": "The mailbox is full.",
    "MessageTooLarge": "The letter was too large for the mailbox.",
    "ContentRejected": "What the letter says was not taken.",
    "AttachmentRejected": "What the letter says was not taken.",
}
"""What subtypes of bounces mean; of the others the mail server's own answer says more."""
BOUNCED, DELAYED = "The mail server there refuses letters.", "The mail server there took no letter."
COMPLAINED = "Its reader reported a letter as spam."


def without_greetings(event: dict[str, Any]) -> dict[str, Any]:
    """Leave out what SES writes to a topic that it is told of, which is a sentence and no event."""
    records = [one for one in event["Records"] if not one["body"].startswith(GREETING)]
    return {**event, "Records": records}


def read(message: Any) -> Returned | None:
    """Read what SES tells; None for what means nothing. Raises `ValueError` for what is none."""
    try:
        told = _read(message)
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise ValueError(type(error).__name__) from None
    return told


def _read(message: Any) -> Returned | None:
    mail = message["mail"]
    if message["eventType"] == "Bounce":
        told = message["bounce"]
        kind = "bounced" if told["bounceType"] == "Permanent" else "delayed"
        detail = _why(told, BOUNCED if kind == "bounced" else DELAYED)
    elif message["eventType"] == "Complaint":
        told, kind, detail = message["complaint"], "complained", COMPLAINED
        if told.get("complaintFeedbackType") == NO_SPAM:
            return None
    else:
        return None
    # Each letter goes to one address. What providers tell of a complaint may name others.
    [address] = mail["destination"]
    return Returned(
        kind=kind,  # type: ignore[arg-type]  # one of the words above
        address=_text(address),
        channel="".join((mail.get("tags") or {}).get(CHANNEL, ())[:1]),
        letter=_text(mail["messageId"]),
        at=clock.text_of(clock.moment_of(clock.checked(_text(told["timestamp"])))),
        detail=detail,
    )


def _why(bounce: Mapping[str, Any], otherwise: str) -> str:
    """Why a letter came back: in plain words, and as the mail server there said."""
    words = WORDS.get(bounce.get("bounceSubType", ""), otherwise)
    [*recipients] = bounce.get("bouncedRecipients") or ()
    said = " ".join(str(recipients[0].get("diagnosticCode") or "").split()) if recipients else ""
    said = "".join(one for one in said.removeprefix("smtp; ") if one.isprintable())[:LONGEST]
    return f"{words} It said: {said}" if said else words


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("no text")
    return value
