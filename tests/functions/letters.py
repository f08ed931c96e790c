"""The queue of letters about passwords, delivered when a test says so."""

from __future__ import annotations

import json
from typing import Any

from moto.sqs.models import sqs_backends

from functions.events.passwords import send_letter
from tests.permissions import watched_as

ACCOUNT = "123456789012"


def sent() -> list[dict[str, Any]]:
    """Take every message that waits, also one whose delay is not over."""
    queue = sqs_backends[ACCOUNT]["us-east-1"].queues["test-passwords"]
    found = [json.loads(message.body) for message in queue._messages]
    queue._messages.clear()
    return found


def hand_over(*messages: dict[str, Any]) -> list[str]:
    """Hand messages to their function; returns the numbers of those that it could not do."""
    bodies = [json.dumps(message) for message in messages]
    records = [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]
    [declaration] = send_letter.handler.declarations
    with watched_as("send_letter", declaration):
        answer = send_letter.handler({"Records": records}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
