"""Queues, against the local AWS: what is sent arrives, and what is away is told as such."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from chalicelib.adapters.queues.sqs import SQSQueue
from chalicelib.domain.errors import Unavailable
from tests.contract.emulated import local_aws


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with local_aws(tmp_path_factory.mktemp("queues")):
        yield boto3.client("sqs")


@pytest.fixture
def url(client: Any) -> str:
    return str(client.create_queue(QueueName="messages")["QueueUrl"])


def test_message_arrives_as_it_was_sent(client: Any, url: str) -> None:
    message = {"templates": ["tmpl_1"], "text": "gr\u00fc\u00dfe", "all": True}

    SQSQueue(client, url).send(message)

    [received] = client.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
    assert json.loads(received["Body"]) == message


def test_queue_that_is_away_can_be_asked_again(client: Any, url: str) -> None:
    quick = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    away = boto3.client("sqs", endpoint_url="http://127.0.0.1:1", config=quick)
    for queue in (SQSQueue(away, url), SQSQueue(client, f"{url}-that-is-not-there")):
        with pytest.raises(Unavailable):
            queue.send({})
