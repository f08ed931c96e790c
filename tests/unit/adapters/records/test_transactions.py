"""What a refused transaction means, told by DynamoDB's own reasons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from chalicelib.adapters.records import patience
from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.adapters.records.tables import tables
from chalicelib.domain.errors import (
    Contended,
    LimitReached,
    ProductError,
    Stale,
    Taken,
    TooLarge,
    Unavailable,
)
from chalicelib.ports.records import Change, Count, Create, Record, Release, Reserve, Write

RECORD = Record("id", "things", "owner", "pending", "2026", "2026", attributes={"a": 1})
WRITES: tuple[Write, ...] = (
    Count("plan", 1, at_most=5, limit="apps"),
    Create(RECORD),
    Release("old", "id"),
    Reserve("host", "id"),
)
SENT = ("Delete", "Put", "Put", "Update")
"""The order in which the writes above go to DynamoDB: release, create, reserve, count."""


def cancelled(*codes: str, message: str = "") -> ClientError:
    """What DynamoDB says when it cancels a transaction."""
    reasons = [{"Code": code, "Message": message} for code in codes]
    answer: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
        "CancellationReasons": reasons,
    }
    return ClientError(answer, "TransactWriteItems")


def refused(code: str, message: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "UpdateItem")


class Client:
    """DynamoDB's side of the connection: answers with what a test says, one a call."""

    def __init__(self, *answers: Exception | dict[str, Any]) -> None:
        self.answers = list(answers)
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def _make_api_call(self, name: str, given: dict[str, Any]) -> dict[str, Any]:
        self.calls.append((name, given))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def items(self) -> list[tuple[str, ...]]:
        return [tuple(k for entry in g["TransactItems"] for k in entry) for _, g in self.calls]


@pytest.fixture
def pauses() -> Iterator[mock.Mock]:
    with mock.patch.object(patience.time, "sleep") as slept:
        yield slept


@pytest.fixture
def store(pauses: mock.Mock) -> Iterator[DynamoRecords]:
    tables.cache_clear()
    yield DynamoRecords(tables("unit", "us-east-1"), lambda: "2026")
    tables.cache_clear()


def over(store: DynamoRecords, client: Client) -> Any:
    connection = store.tables.resources._get_connection().connection
    return mock.patch.object(type(connection), "client", client)


NONE, CONDITION, CONFLICT = "None", "ConditionalCheckFailed", "TransactionConflict"


@pytest.mark.parametrize(
    ("codes", "meaning", "says"),
    [
        ((NONE, CONDITION, NONE, NONE), Stale, "id exists already"),
        ((NONE, NONE, CONDITION, NONE), Taken, "host is taken"),
        ((NONE, NONE, NONE, CONDITION), LimitReached, "The limit apps of 5 is reached"),
        ((CONDITION, NONE, CONDITION, NONE), Taken, "host is taken"),
        ((CONFLICT, NONE, CONDITION, NONE), Taken, "host is taken"),
    ],
)
def test_failed_condition_is_told_as_what_it_means(
    store: DynamoRecords, codes: tuple[str, ...], meaning: type[ProductError], says: str
) -> None:
    client = Client(cancelled(*codes))

    with over(store, client), pytest.raises(meaning) as told:
        store.commit(*WRITES)

    assert says in told.value.detail
    assert client.items() == [SENT]


def test_conflict_is_tried_again_and_never_told_as_a_limit(
    store: DynamoRecords, pauses: mock.Mock
) -> None:
    client = Client(
        cancelled(NONE, NONE, NONE, CONFLICT),
        cancelled(CONFLICT, NONE, CONFLICT, "ThrottlingError"),
        refused("TransactionInProgressException"),
        {},
    )

    with over(store, client):
        store.commit(*WRITES)

    assert client.items() == [SENT] * 4
    assert pauses.call_count == 3


def test_release_of_what_is_not_held_is_left_out_and_the_rest_is_done(
    store: DynamoRecords,
) -> None:
    client = Client(cancelled(CONDITION, NONE, NONE, NONE), {})

    with over(store, client):
        store.commit(*WRITES)

    assert client.items() == [SENT, SENT[1:]]


def test_release_alone_of_what_is_not_held_is_nothing(store: DynamoRecords) -> None:
    client = Client(cancelled(CONDITION))

    with over(store, client):
        store.commit(Release("old", "id"))

    assert client.items() == [("Delete",)]


def test_conflict_without_end_says_that_nothing_was_written(
    store: DynamoRecords, pauses: mock.Mock
) -> None:
    client = Client(cancelled(NONE, NONE, NONE, CONFLICT))

    with over(store, client), pytest.raises(Contended):
        store.commit(*WRITES)

    assert len(client.calls) == patience.TRIES
    waits = [call.args[0] for call in pauses.call_args_list]
    assert all(0 < wait <= 0.64 for wait in waits)


@pytest.mark.parametrize(
    "code", ["TransactionConflictException", "ThrottlingException", "RequestLimitExceeded"]
)
def test_conflict_of_a_single_change_is_tried_again(store: DynamoRecords, code: str) -> None:
    client = Client(refused(code), refused(code), refused("ConditionalCheckFailedException"))

    with over(store, client), pytest.raises(Stale):
        store.change(Change(of=RECORD, status="running"))

    assert [name for name, _ in client.calls] == ["UpdateItem"] * 3


@pytest.mark.parametrize(
    "trouble",
    [
        EndpointConnectionError(endpoint_url="http://x"),
        ReadTimeoutError(endpoint_url="http://x"),
        refused("InternalServerError"),
        refused("ServiceUnavailable"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_store_that_fails_is_told_as_such_at_once(store: DynamoRecords, trouble: Exception) -> None:
    """A step that meets it is tried again by its machine; a caller is told to try again."""
    client = Client(trouble)
    calls = (
        lambda: store.get("id"),
        lambda: store.commit(*WRITES),
        lambda: store.change(Change(of=RECORD, status="running")),
        lambda: store.working(limit=1),
        lambda: store.counter("x"),
        lambda: store.journal("x", limit=1),
    )
    for call in calls:
        with over(store, client), pytest.raises(Unavailable):
            call()


@pytest.mark.parametrize(
    "trouble",
    [
        refused("ValidationException", "Item size has exceeded the maximum allowed size"),
        cancelled(
            NONE,
            "ValidationError",
            NONE,
            NONE,
            message="Item size to update has exceeded the maximum allowed size",
        ),
    ],
    ids=["alone", "reason"],
)
def test_record_that_is_too_large_is_told_as_such(store: DynamoRecords, trouble: Exception) -> None:
    client = Client(trouble)

    with over(store, client), pytest.raises(TooLarge):
        store.commit(*WRITES)

    assert len(client.calls) == 1


def test_fault_of_our_own_is_not_hidden(store: DynamoRecords) -> None:
    client = Client(refused("ValidationException", "Type mismatch"))

    with over(store, client), pytest.raises(Exception, match="Failed to write") as told:
        store.commit(*WRITES)

    assert not isinstance(told.value, ProductError)
    assert len(client.calls) == 1
