"""A record, and writes by many at once, in the store of each kind."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.domain import clock
from chalicelib.domain.errors import ProductError
from chalicelib.ports.records import Create, Record, Work
from tests.contract.stores import KINDS, store_of
from tests.fakes.records import FakeRecords

TAKERS = 20


def now() -> str:
    return clock.text_of(datetime.now(UTC))


@pytest.fixture(scope="module", params=KINDS)
def store(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The store, and its twin in memory, on which simulations run."""
    with store_of(request.param, tmp_path_factory.mktemp("store"), now) as found:
        yield found


@pytest.fixture
def owner() -> str:
    return f"owner-{secrets.token_hex(4)}"


def a_record(owner: str, **fields: Any) -> Record:
    record = Record(
        id=f"thing_{secrets.token_hex(8)}",
        type="things",
        owner=owner,
        status="pending",
        created_at="2026-01-01T00:00:00.000Z",
        updated_at="2026-01-01T00:00:00.000Z",
        attributes={"name": "thing"},
    )
    return replace(record, **fields)


def put(store: DynamoRecords, owner: str, **fields: Any) -> Record:
    record = a_record(owner, **fields)
    store.commit(Create(record))
    return record


def a_work(generation: int = 1, kind: str = "deploy") -> Work:
    return Work(kind, generation, f"x-e1-g{generation}-a1", "2026-01-01T00:00:00.000Z")


def at_once(count: int, act: Callable[[int], Any]) -> Counter[str]:
    """Do something many times in parallel; count how often it was done, or refused and why."""

    def outcome(number: int) -> str:
        try:
            act(number)
        except ProductError as error:
            return error.error_code
        return "done"

    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(outcome, range(count)))


def used(store: DynamoRecords) -> list[str]:
    """The ids of the usage events in the outbox."""
    if isinstance(store, FakeRecords):
        return list(store.outbox)
    told = boto3.client("dynamodb").scan(TableName="test-money")["Items"]
    return [item["sort"]["S"] for item in told]
