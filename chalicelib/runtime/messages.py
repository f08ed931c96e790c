"""Reads what a queue hands to a function."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from chalicelib.runtime.observe import logger

T = TypeVar("T")
Failures = list[dict[str, str]]


def read_messages(event: dict[str, Any], read: Callable[[Any], T]) -> tuple[list[T], Failures]:
    """Read every message of a call with `read`, which raises `ValueError` for what is none.

    Returns the messages, and as `batchItemFailures` those that cannot be read: delivered a few
    times more, they end in the queue of failures and keep no other one waiting.
    """
    messages: list[T] = []
    unread: Failures = []
    for record in event["Records"]:
        try:
            messages.append(read(json.loads(record["body"])))
        except ValueError:
            logger.warning("unread", extra={"message_id": record["messageId"]})
            unread.append({"itemIdentifier": record["messageId"]})
    return messages, unread
