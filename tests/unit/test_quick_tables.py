"""What is kept of an expression's text is never kept of what an earlier request said with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tests.quick_tables import quick_tables


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws(), quick_tables():
        yield boto3.resource("dynamodb", region_name="us-east-1").create_table(
            TableName="things",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )


def change(table: Any, key: str, update: str, **values: Any) -> dict[str, Any]:
    said = {f":{name}": value for name, value in values.items()}
    table.update_item(
        Key={"id": key},
        UpdateExpression=update,
        ConditionExpression="attribute_not_exists(#n) OR #n < :most",
        ExpressionAttributeNames={"#n": "count", "#t": "text", "#m": "map"},
        ExpressionAttributeValues=said,
    )
    found: dict[str, Any] = table.get_item(Key={"id": key})["Item"]
    return found


UPDATE = "SET #t = :text, #m = if_not_exists(#m, :map) ADD #n :one"


def test_same_text_says_something_else_each_time(table: Any) -> None:
    first = change(table, "a", UPDATE, text="x", map={"k": "v"}, one=1, most=9)
    again = change(table, "a", UPDATE, text="y", map={"k": "w"}, one=2, most=9)
    other = change(table, "b", UPDATE, text="z", map={"l": "u"}, one=5, most=9)

    assert first == {"id": "a", "text": "x", "map": {"k": "v"}, "count": 1}
    assert again == {"id": "a", "text": "y", "map": {"k": "v"}, "count": 3}
    assert other == {"id": "b", "text": "z", "map": {"l": "u"}, "count": 5}


def test_same_condition_is_asked_of_the_values_of_each_request(table: Any) -> None:
    change(table, "a", UPDATE, text="x", map={}, one=4, most=9)

    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        change(table, "a", UPDATE, text="y", map={}, one=1, most=4)

    assert change(table, "a", UPDATE, text="z", map={}, one=1, most=5)["text"] == "z"


@pytest.mark.parametrize(
    ("update", "why"),
    [
        ("SET #t = :text, #t = :map, #m = :map ADD #n :one", "Two document paths overlap"),
        ("SET #t = :text SET #m = :map ADD #n :one", "only be used once"),
        ("SET #t = :text + :one, #m = :map, #n = :one", "Incorrect operand type"),
        ("SET #t = :text, #m.a.b = :map ADD #n :one", "invalid for update"),
        ("SET #t = = :text", "Syntax error"),
    ],
)
def test_text_that_is_refused_is_refused_each_time(table: Any, update: str, why: str) -> None:
    for _ in range(2):
        with pytest.raises(ClientError, match=why):
            change(table, "a", update, text="x", map={}, one=1, most=9)
