"""Queues over SQS: `chalicelib.ports.queues.Queue` made real."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


AWAY = "The queue does not answer; try again."
BATCH = 10
"""What SQS takes in one call."""


class SQSQueue:
    """The queue at one URL."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self.client = client
        self.url = url

    def send(self, message: Mapping[str, Any], *, delay: int = 0) -> None:
        """Send a message as JSON; without a delay of its own it has the queue's."""
        asked: dict[str, Any] = {"MessageBody": json.dumps(message)}
        if delay:
            asked["DelaySeconds"] = delay
        try:
            self.client.send_message(QueueUrl=self.url, **asked)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable(AWAY) from error

    def send_all(self, messages: Sequence[Mapping[str, Any]]) -> None:
        """Send many messages as JSON; those of a call that fails keep no others back."""
        failure: Exception | None = None
        for start in range(0, len(messages), BATCH):
            some = enumerate(messages[start : start + BATCH])
            entries = [{"Id": str(n), "MessageBody": json.dumps(one)} for n, one in some]
            try:
                answer = self.client.send_message_batch(QueueUrl=self.url, Entries=entries)  # type: ignore[arg-type]  # dicts
            except (ClientError, BotoCoreError) as error:
                failure = error
            else:
                refused = answer.get("Failed")
                failure = Unavailable(str(refused)) if refused else failure
        if failure is not None:
            raise Unavailable(AWAY) from failure
