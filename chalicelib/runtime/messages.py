"""Reads what a queue hands to a function, and has what fails delivered again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

from chalicelib.runtime.batches import Process, process_each
from chalicelib.runtime.observe import logger

T = TypeVar("T")
Failures = list[dict[str, str]]


def read_messages(event: dict[str, Any], read: Callable[[Any], T]) -> tuple[list[T], Failures]:
    """Read every message of a call with `read`, which raises `ValueError` for what is none.

    Returns the messages, and as `batchItemFailures` those that cannot be read: delivered a few
    times more, they end in the queue of failures and keep no other one waiting.
    """
    messages, unread = read_each(event, read)
    return [message for _, message in messages], unread


def process_messages(
    event: dict[str, Any],
    read: Callable[[Any], T],
    process: Process[T],
    *,
    error: str,
    about: Callable[[T], dict[str, str]] = lambda _: {},
) -> tuple[Counter[str], Failures]:
    """Process every message of a call as `process_each` does, the failed ones to come again.

    Returns how many had which outcome, and as `batchItemFailures` those that failed, or that
    `read_messages` could not read.
    """
    messages, unread = read_each(event, read)
    batch = process_each(
        messages, lambda one: process(one[1]), error=error, about=lambda one: about(one[1])
    )
    failed = [_failure(message_id) for message_id, _ in batch.failed]
    every = [_failure(record["messageId"]) for record in event["Records"]]
    return batch.outcomes, [one for one in every if one in unread or one in failed]


def read_each(
    event: dict[str, Any], read: Callable[[Any], T]
) -> tuple[list[tuple[str, T]], Failures]:
    """Read every message of a call as `read_messages` does, each with its own id."""
    messages: list[tuple[str, T]] = []
    unread: Failures = []
    for record in event["Records"]:
        try:
            messages.append((record["messageId"], read(json.loads(record["body"]))))
        except ValueError:
            logger.warning("unread", extra={"message_id": record["messageId"]})
            unread.append(_failure(record["messageId"]))
    return messages, unread


def _failure(message_id: str) -> dict[str, str]:
    return {"itemIdentifier": message_id}
