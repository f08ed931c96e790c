"""Asking another function: what it says, and what becomes of it when it says nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from chalicelib.adapters.calls.lambdas import ONCE, LambdaCalls
from chalicelib.domain.errors import Conflict, DeadlinePassed, Unavailable
from chalicelib.domain.errors_as_data import as_data


@pytest.fixture
def client() -> Any:
    return boto3.client(
        "lambda",
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=ONCE,
    )


@pytest.fixture
def stub(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stub:
        yield stub


def says(stub: Stubber, body: str, **more: Any) -> None:
    payload = StreamingBody(io.BytesIO(body.encode()), len(body))
    expected = {"FunctionName": "inst-calls_nodes_look", "Payload": b'{"a": 1}'}
    stub.add_response("invoke", {"StatusCode": 200, "Payload": payload, **more}, expected)


def asked(client: Any) -> dict[str, Any]:
    return LambdaCalls(client, "inst").call("nodes_look", {"a": 1})


def test_answer_is_returned(client: Any, stub: Stubber) -> None:
    says(stub, '{"answer": {"b": 2}}')

    assert asked(client) == {"b": 2}


def test_error_is_raised_as_the_function_raised_it(client: Any, stub: Stubber) -> None:
    error = Conflict("It does not run.", code="wrong_state", meta={"a": 1})
    says(stub, json.dumps({"error": as_data(error)}))

    with pytest.raises(Conflict, match=r"It does not run\.") as raised:
        asked(client)

    assert (raised.value.error_code, raised.value.meta) == ("wrong_state", {"a": 1})


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('{"errorType": "Sandbox.Timedout", "errorMessage": "x"}', DeadlinePassed),
        ('{"errorMessage": "2026 id Task timed out after 24.00 seconds"}', DeadlinePassed),
        ('{"errorType": "Runtime.ExitError", "errorMessage": "secret"}', Unavailable),
        ("{}", Unavailable),
    ],
)
def test_function_without_an_answer_is_told(
    client: Any, stub: Stubber, body: str, kind: type[Exception]
) -> None:
    says(stub, body, FunctionError="Unhandled")

    with pytest.raises(kind) as raised:
        asked(client)

    assert "secret" not in str(raised.value)
    assert "again" in str(raised.value)


@pytest.mark.parametrize("code", ["TooManyRequestsException", "ResourceNotFoundException"])
def test_refusal_of_lambda_is_told(client: Any, stub: Stubber, code: str) -> None:
    stub.add_client_error("invoke", code)

    with pytest.raises(Unavailable):
        asked(client)


class Broken:
    """A client on a line that breaks."""

    def __init__(self, error: Exception) -> None:
        self.error, self.calls = error, 0

    def invoke(self, **_: Any) -> Any:
        self.calls += 1
        raise self.error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ReadTimeoutError(endpoint_url="x"), DeadlinePassed),
        (EndpointConnectionError(endpoint_url="x"), Unavailable),
    ],
)
def test_nothing_is_asked_twice(error: Exception, kind: type[Exception]) -> None:
    client = Broken(error)

    with pytest.raises(kind):
        asked(client)

    assert client.calls == 1
    assert ONCE.retries["total_max_attempts"] == 1
