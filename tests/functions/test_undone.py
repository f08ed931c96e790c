"""A transaction of which one part fails leaves moto's tables as they were."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from tests.world import World

STAYS = {"entity": {"S": "a"}, "sort": {"S": "1"}, "text": {"S": "as it was"}}
GONE = {"entity": {"S": "a"}, "sort": {"S": "2"}}
NEW = {"entity": {"S": "b"}, "sort": {"S": "1"}}
NEVER = {
    "TableName": "test-reservations",
    "Key": {"key": {"S": "nothing"}},
    "ConditionExpression": "attribute_exists(held)",
}


@pytest.fixture
def tables(house: World) -> Iterator[Any]:
    client = boto3.client("dynamodb")
    for item in (STAYS, GONE):
        client.put_item(TableName="test-journal", Item=item)
    client.put_item(TableName="test-resources", Item={"id": {"S": "one"}, "list": {"L": []}})
    return client


def everything(client: Any) -> dict[str, list[Any]]:
    names = ("test-journal", "test-resources", "test-reservations")
    return {name: sorted(client.scan(TableName=name)["Items"], key=str) for name in names}


def changes() -> list[dict[str, Any]]:
    """Each way to change an item, in tables of one key and of two."""
    keys = {"entity": STAYS["entity"], "sort": STAYS["sort"]}
    return [
        {
            "Update": {
                "TableName": "test-journal",
                "Key": keys,
                "UpdateExpression": "SET #t = :t",
                "ExpressionAttributeNames": {"#t": "text"},
                "ExpressionAttributeValues": {":t": {"S": "changed"}},
            }
        },
        {"Delete": {"TableName": "test-journal", "Key": GONE}},
        {"Put": {"TableName": "test-journal", "Item": NEW}},
        {
            "Update": {
                "TableName": "test-resources",
                "Key": {"id": {"S": "one"}},
                "UpdateExpression": "SET #l = list_append(#l, :l)",
                "ExpressionAttributeNames": {"#l": "list"},
                "ExpressionAttributeValues": {":l": {"L": [{"S": "more"}]}},
            }
        },
        {"Put": {"TableName": "test-resources", "Item": {"id": {"S": "two"}}}},
    ]


def test_what_was_changed_before_a_part_failed_is_as_it_was(tables: Any) -> None:
    before = everything(tables)

    with pytest.raises(tables.exceptions.TransactionCanceledException):
        tables.transact_write_items(TransactItems=[*changes(), {"ConditionCheck": NEVER}])

    assert everything(tables) == before


def test_all_of_it_is_there_when_none_failed(tables: Any) -> None:
    tables.transact_write_items(TransactItems=changes())

    after = everything(tables)
    assert after["test-journal"] == sorted([{**STAYS, "text": {"S": "changed"}}, NEW], key=str)
    assert after["test-resources"] == [
        {"id": {"S": "one"}, "list": {"L": [{"S": "more"}]}},
        {"id": {"S": "two"}},
    ]


def test_item_that_is_named_twice_undoes_the_transaction(tables: Any) -> None:
    before = everything(tables)

    with pytest.raises(tables.exceptions.ClientError):
        tables.transact_write_items(TransactItems=[*changes(), changes()[0]])

    assert everything(tables) == before
