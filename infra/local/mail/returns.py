"""What SES would tell of a letter, by the addresses of its mailbox simulator that stand for it.

SES publishes what comes back to where the letter's configuration set says, and so does this: it
asks the local AWS for the topic. A label behind a plus sign makes as many addresses as wanted.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any

from infra.local.mail.box import Received

Json = dict[str, Any]
SIMULATOR = "simulator.amazonses.com"
SET, TAGS = "X-SES-CONFIGURATION-SET", "X-SES-MESSAGE-TAGS"
"""The headers by which the local AWS hands on what a letter was sent with."""
UNKNOWN = ("Permanent", "General", "5.1.1", "550 5.1.1 user unknown")
BOUNCES = {
    "bounce": UNKNOWN,
    "suppressionlist": ("Permanent", "OnAccountSuppressionList", "5.1.1", "on suppression list"),
    "full": ("Transient", "MailboxFull", "4.2.2", "452 4.2.2 mailbox full"),
}
"""Type, subtype, status and answer of bounces, by the name of the address; SES has no `full`."""
COMPLAINT = "complaint"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Teller:
    """Tells what comes back of letters to where their configuration sets say."""

    sets: Any
    """SES's client."""
    topics: Any
    """SNS's client."""

    def tell(self, letter: Received) -> None:
        """Tell what comes back of a letter, if anything does and anybody wants to know."""
        told = event_of(letter)
        name = letter.headers.get(SET)
        if told is None or not name:
            return
        answer = self.sets.get_configuration_set_event_destinations(ConfigurationSetName=name)
        for one in answer["EventDestinations"]:
            if one["Enabled"] and told["eventType"].upper() in one["MatchingEventTypes"]:
                self.topics.publish(
                    TopicArn=one["SnsDestination"]["TopicArn"],
                    Subject="Amazon SES Email Event Notification",
                    Message=json.dumps(told),
                )


def event_of(letter: Received) -> Json | None:
    """The event that SES would publish of a letter; None where it arrives."""
    [address] = letter.to[:1] or [""]
    local, _, host = address.lower().partition("@")
    name = local.partition("+")[0]
    if host != SIMULATOR or (name not in BOUNCES and name != COMPLAINT):
        return None
    about = {
        "timestamp": letter.at,
        "messageId": letter.message_id.strip("<>").partition("@")[0],
        "source": letter.sender,
        "destination": [address],
        "headersTruncated": False,
        "tags": {"ses:configuration-set": [letter.headers.get(SET, "")], **_tags(letter)},
    }
    if name == COMPLAINT:
        complaint = {
            "complainedRecipients": [{"emailAddress": address}],
            "timestamp": letter.at,
            "feedbackId": f"feedback-{letter.id}",
            "complaintFeedbackType": "abuse",
            "userAgent": "Amazon SES Mailbox Simulator",
        }
        return {"eventType": "Complaint", "complaint": complaint, "mail": about}
    kind, subtype, status, answer = BOUNCES[name]
    recipient = {
        "emailAddress": address,
        "action": "failed",
        "status": status,
        "diagnosticCode": f"smtp; {answer}",
    }
    bounce = {
        "bounceType": kind,
        "bounceSubType": subtype,
        "bouncedRecipients": [recipient],
        "timestamp": letter.at,
        "feedbackId": f"feedback-{letter.id}",
        "reportingMTA": f"dns; {SIMULATOR}",
    }
    return {"eventType": "Bounce", "bounce": bounce, "mail": about}


def _tags(letter: Received) -> Json:
    pairs = (one.strip().partition("=") for one in letter.headers.get(TAGS, "").split(",") if one)
    return {name: [value] for name, _, value in pairs}
