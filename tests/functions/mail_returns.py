"""What SES tells of letters, handed to its function when a test says so, under its role."""

from __future__ import annotations

from typing import Any

from tests.functions.notices import deliver

Json = dict[str, Any]
AT = "2026-02-15T10:05:00.000Z"


def event(
    to: str, channel: str = "", *, kind: str = "Permanent", letter: str = "m-1", at: str = AT
) -> Json:
    """What SES publishes of a letter: of a bounce of a type, or of a `Complaint`."""
    tags = {"ses:configuration-set": ["test-mail"], **({"channel": [channel]} if channel else {})}
    mail = {"timestamp": at, "messageId": letter, "destination": [to], "tags": tags}
    if kind == "Complaint":
        told = {"timestamp": at, "feedbackId": "f-1", "complaintFeedbackType": "abuse"}
        return {"eventType": "Complaint", "mail": mail, "complaint": told}
    bounced = {
        "bounceType": kind,
        "bounceSubType": "MailboxFull" if kind == "Transient" else "General",
        "bouncedRecipients": [{"emailAddress": to, "diagnosticCode": "smtp; 550 no such user"}],
        "timestamp": at,
    }
    return {"eventType": "Bounce", "mail": mail, "bounce": bounced}


def hand_over(*messages: Any) -> list[str]:
    """Hand messages to their function; returns the numbers of those that it could not take."""
    return deliver(list(messages))
