"""Queues over SQS: `chalicelib.ports.queues.Queue` made real."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class SQSQueue:
    """The queue at one URL."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self.client = client
        self.url = url

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a message as JSON."""
        try:
            self.client.send_message(QueueUrl=self.url, MessageBody=json.dumps(message))
        except (ClientError, BotoCoreError) as error:
            raise Unavailable("The queue does not answer; try again.") from error
