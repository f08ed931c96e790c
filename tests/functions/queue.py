"""The queue of the catalogue's writer, delivered when a test says so."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.runtime import wiring
from functions.events.catalogue import update_index
from tests.functions.messages import taken
from tests.permissions import watched_as


def sent() -> list[dict[str, Any]]:
    """Take every message that waits, whatever its delay."""
    return [json.loads(body) for body in taken(wiring.settings().catalogue_queue)]


def deliver(messages: list[dict[str, Any]] | None = None) -> None:
    """Hand the waiting messages, or others, to the writer, under the eyes of its role."""
    bodies = [json.dumps(message) for message in (messages or sent())]
    assert hand_over(*bodies) == []


def hand_over(*bodies: str) -> list[str]:
    """Hand texts to the writer as messages; returns the ids of those that it did not read."""
    records = [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]
    [declaration] = update_index.handler.declarations
    with watched_as("update_index", declaration):
        answer = update_index.handler({"Records": records}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
