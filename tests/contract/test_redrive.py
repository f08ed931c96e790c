"""What waits in a queue of failures is shown, handed back or removed, in a local AWS."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any
from unittest import mock

import boto3
import pytest

from infra.redrive import __main__ as command
from tests.contract.emulated import local_aws

NAME = "drive"


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with local_aws(tmp_path_factory.mktemp("aws"), tables=False) as address:
        client = boto3.client("sqs")
        for queue in ("traffic", "traffic-failures", "events-failures"):
            client.create_queue(QueueName=f"{NAME}-{queue}")
        client.create_queue(QueueName="other-traffic-failures")
        yield address


@pytest.fixture(autouse=True)
def asked(aws: str) -> Iterator[None]:
    with mock.patch.dict(os.environ, {"INSTALLATION": NAME, "JSON": "1"}):
        yield


def url(queue: str) -> str:
    found: str = boto3.client("sqs").get_queue_url(QueueName=f"{NAME}-{queue}")["QueueUrl"]
    return found


def put(queue: str, *bodies: str) -> None:
    for body in bodies:
        boto3.client("sqs").send_message(
            QueueUrl=url(queue),
            MessageBody=body,
            MessageAttributes={"of": {"DataType": "String", "StringValue": "proxy-1"}},
        )


def taken(queue: str) -> list[dict[str, Any]]:
    """Everything in a queue, which has it no more."""
    client, found = boto3.client("sqs"), []
    while messages := client.receive_message(
        QueueUrl=url(queue), MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    ).get("Messages"):
        for one in messages:
            found.append(one)
            client.delete_message(QueueUrl=url(queue), ReceiptHandle=one["ReceiptHandle"])
    return found


def run(capsys: pytest.CaptureFixture[str], **env: str) -> dict[str, Any]:
    with mock.patch.dict(os.environ, env):
        status = command.main()
    said: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said.pop("ok") is (status == 0)
    return said


def test_all_queues_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    put("traffic-failures", "a")

    assert run(capsys) == {"traffic": 1, "events": 0}

    taken("traffic-failures")


def test_messages_are_handed_back_with_their_attributes(capsys: pytest.CaptureFixture[str]) -> None:
    bodies = [f"message {number}" for number in range(23)]
    put("traffic-failures", *bodies)

    shown = run(capsys, QUEUE="traffic", LOOK="1")
    said = run(capsys, QUEUE="traffic")

    assert shown["waiting"] == 23
    assert {one["body"] for one in shown["messages"]} <= set(bodies)
    assert said == {"handed_back": 23}
    back = taken("traffic")
    assert sorted(one["Body"] for one in back) == sorted(bodies)
    assert {one["MessageAttributes"]["of"]["StringValue"] for one in back} == {"proxy-1"}
    assert taken("traffic-failures") == []


def test_messages_are_removed(capsys: pytest.CaptureFixture[str]) -> None:
    put("traffic-failures", "a", "b")

    assert run(capsys, QUEUE="traffic", DROP="1") == {"dropped": 2}

    assert taken("traffic-failures") == taken("traffic") == []


DESTINATION = {
    "requestContext": {
        "functionArn": f"arn:aws:lambda:us-east-1:000000000000:function:{NAME}-schedules_a"
    },
    "requestPayload": {"time": "now"},
}
RULE_ARN = {
    "RULE_ARN": {
        "DataType": "String",
        "StringValue": f"arn:aws:events:us-east-1:000000000000:rule/{NAME}-events_b",
    }
}


def test_calls_that_failed_are_made_again(capsys: pytest.CaptureFixture[str]) -> None:
    put("events-failures", json.dumps(DESTINATION))
    boto3.client("sqs").send_message(
        QueueUrl=url("events-failures"), MessageBody='{"id": "e"}', MessageAttributes=RULE_ARN
    )
    functions, session = mock.Mock(), boto3.Session()

    with mock.patch("infra.redrive.__main__.asked") as place:
        place.return_value.name = NAME
        place.return_value.client = lambda name: (
            functions if name == "lambda" else session.client(name)
        )
        said = run(capsys, QUEUE="events")

    assert said == {"handed_back": 2}
    made = [call.kwargs for call in functions.invoke.call_args_list]
    assert sorted((one["FunctionName"].rsplit("-", 1)[1], one["Payload"]) for one in made) == [
        ("events_b", b'{"id": "e"}'),
        ("schedules_a", b'{"time": "now"}'),
    ]
    assert {one["InvocationType"] for one in made} == {"Event"}
    assert taken("events-failures") == []


def test_call_that_cannot_be_made_again_goes_on_waiting(capsys: pytest.CaptureFixture[str]) -> None:
    arn = f"arn:aws:lambda:us-east-1:000000000000:function:{NAME}-gone"
    put(
        "events-failures",
        json.dumps({"requestContext": {"functionArn": arn}, "requestPayload": {}}),
    )

    said = run(capsys, QUEUE="events")

    assert "error" in said
    attributes = boto3.client("sqs").get_queue_attributes(
        QueueUrl=url("events-failures"), AttributeNames=["All"]
    )["Attributes"]
    assert int(attributes["ApproximateNumberOfMessagesNotVisible"]) == 1


def test_unknown_queue_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "but events, traffic" in run(capsys, QUEUE="nothing")["error"]
