"""Looks at servers, asked for more often than once a minute."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import boto3

from chalicelib.domain import clock
from e2e.resilience.parts import aws_of
from infra.local.journey.client import Json
from infra.local.platform.layout import INSTALLATION

LOOK_SECONDS = 3.0


@contextmanager
def looked_at(platform: Json, node: str) -> Iterator[None]:
    """Have a server looked at every few seconds, by the messages that come once a minute."""
    over = threading.Event()
    sqs = boto3.client("sqs", **aws_of(platform))
    queue = sqs.get_queue_url(QueueName=f"{INSTALLATION}-watch")["QueueUrl"]

    def ask() -> None:
        while not over.wait(LOOK_SECONDS):
            look = {"node": node, "due": clock.text_of(datetime.now(UTC))}
            sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(look))

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield
    finally:
        over.set()
        asking.join()
