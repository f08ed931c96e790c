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


def test_message_can_wait(client: Any, url: str) -> None:
    queue = SQSQueue(client, url)
    queue.send({"n": "later"}, delay=2)
    queue.send({"n": "now"})

    received = [
        json.loads(message["Body"])["n"]
        for _ in range(2)
        for message in client.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
    ]

    assert received == ["now", "later"]


def test_many_messages_arrive_and_what_is_not_taken_keeps_none_back(client: Any, url: str) -> None:
    queue = SQSQueue(client, url)
    messages = [{"n": number} for number in range(23)]
    too_large = {"n": "x" * 2_000_000}

    with pytest.raises(Unavailable):
        queue.send_all([too_large, *messages])
    queue.send_all([])

    arrived: list[int] = []
    while found := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        arrived += [json.loads(message["Body"])["n"] for message in found]
    assert sorted(arrived)[-14:] == list(range(9, 23))


def test_queue_that_is_away_can_be_asked_again(client: Any, url: str) -> None:
    quick = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    away = boto3.client("sqs", endpoint_url="http://127.0.0.1:1", config=quick)
    for queue in (SQSQueue(away, url), SQSQueue(client, f"{url}-that-is-not-there")):
        with pytest.raises(Unavailable):
            queue.send({})
