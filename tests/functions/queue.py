"""The queue of the catalogue's writer, delivered when a test says so."""

from __future__ import annotations

import json
from typing import Any

import boto3

from chalicelib.runtime import wiring
from functions.events.catalogue import update_index
from tests.permissions import watched_as


def sent() -> list[dict[str, Any]]:
    """Take every message that waits, whatever its delay."""
    client, url = boto3.client("sqs"), wiring.settings().catalogue_queue
    found: list[dict[str, Any]] = []
    while True:
        batch = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        if not batch:
            return found
        for message in batch:
            found.append(json.loads(message["Body"]))
            client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def deliver(messages: list[dict[str, Any]] | None = None) -> dict[str, int]:
    """Hand the waiting messages, or others, to the writer, under the eyes of its role."""
    bodies = [{"body": json.dumps(message)} for message in (messages or sent())]
    [declaration] = update_index.handler.declarations
    with watched_as("update_index", declaration):
        return update_index.handler({"Records": bodies}, None)
