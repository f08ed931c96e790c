"""What waits in the queue of failures is shown, handed back or removed, in a local AWS."""

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
        failures = client.create_queue(QueueName=f"{NAME}-failures")["QueueUrl"]
        arn = client.get_queue_attributes(QueueUrl=failures, AttributeNames=["QueueArn"])
        policy = {"deadLetterTargetArn": arn["Attributes"]["QueueArn"], "maxReceiveCount": 1}
        for queue in ("traffic", "watch"):
            client.create_queue(
                QueueName=f"{NAME}-{queue}", Attributes={"RedrivePolicy": json.dumps(policy)}
            )
        yield address


@pytest.fixture(autouse=True)
def asked(aws: str) -> Iterator[None]:
    with mock.patch.dict(os.environ, {"INSTALLATION": NAME, "JSON": "1"}):
        yield
    for queue in ("failures", "traffic", "watch"):
        taken(queue)


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


def fail(queue: str, *bodies: str) -> None:
    """Put messages into a queue whose function takes none of them."""
    put(queue, *bodies)
    client = boto3.client("sqs")
    asked = {"QueueUrl": url(queue), "MaxNumberOfMessages": 10, "VisibilityTimeout": 0}
    while client.receive_message(**asked).get("Messages"):
        pass


def waiting() -> int:
    """How many messages wait in the queue of failures that whoever asks would get."""
    asked = "ApproximateNumberOfMessages"
    found = boto3.client("sqs").get_queue_attributes(
        QueueUrl=url("failures"), AttributeNames=[asked]
    )
    return int(found["Attributes"][asked])


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


def test_what_waits_is_counted_by_its_queue(capsys: pytest.CaptureFixture[str]) -> None:
    fail("traffic", "a", "b")
    fail("watch", "c")
    put("failures", json.dumps(DESTINATION))

    said = run(capsys)

    assert {name: count for name, count in said.items() if count} == {
        "events": 1,
        "traffic": 2,
        "watch": 1,
    }
    assert {"invoices", "notices", "passwords", "sweep"} <= said.keys()
    assert waiting() == 4


def test_messages_are_handed_back_with_their_attributes(capsys: pytest.CaptureFixture[str]) -> None:
    bodies = [f"message {number}" for number in range(23)]
    fail("watch", *(f"other {number}" for number in range(12)))
    fail("traffic", *bodies)

    shown = run(capsys, QUEUE="traffic", LOOK="1")["messages"]
    said = run(capsys, QUEUE="traffic")

    assert len(shown) == 10
    assert {one["body"] for one in shown} <= set(bodies)
    sources = {one["attributes"]["DeadLetterQueueSourceArn"].split(":")[-1] for one in shown}
    assert sources == {f"{NAME}-traffic"}
    assert said == {"handed_back": 23}
    back = taken("traffic")
    assert sorted(one["Body"] for one in back) == sorted(bodies)
    assert {one["MessageAttributes"]["of"]["StringValue"] for one in back} == {"proxy-1"}
    assert {one["Body"][:5] for one in taken("failures")} == {"other"}
    assert taken("watch") == []


def test_messages_are_removed(capsys: pytest.CaptureFixture[str]) -> None:
    fail("traffic", "a", "b")
    fail("watch", "c")

    assert run(capsys, QUEUE="traffic", DROP="1") == {"dropped": 2}

    assert taken("traffic") == []
    assert [one["Body"] for one in taken("failures")] == ["c"]


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
    put("failures", json.dumps(DESTINATION))
    boto3.client("sqs").send_message(
        QueueUrl=url("failures"), MessageBody='{"id": "e"}', MessageAttributes=RULE_ARN
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
    assert taken("failures") == []


def test_call_that_cannot_be_made_again_goes_on_waiting(capsys: pytest.CaptureFixture[str]) -> None:
    arn = f"arn:aws:lambda:us-east-1:000000000000:function:{NAME}-gone"
    put(
        "failures",
        json.dumps({"requestContext": {"functionArn": arn}, "requestPayload": {}}),
    )

    said = run(capsys, QUEUE="events")

    assert "error" in said
    assert waiting() == 1


def test_message_that_tells_nothing_stays_until_it_is_removed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    put("failures", "put there by hand")

    said = run(capsys, QUEUE="events")

    assert "tells neither its queue nor a call" in said["error"]
    assert waiting() == 1
    assert run(capsys, QUEUE="events", DROP="1") == {"dropped": 1}


def test_unknown_queue_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "but catalogue, domains, events," in run(capsys, QUEUE="nothing")["error"]
