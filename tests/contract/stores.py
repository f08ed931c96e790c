"""The stores that pass one contract: DynamoDB on the local AWS, and its twin in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.adapters.records.tables import tables
from tests.contract.emulated import local_aws
from tests.fakes.records import FakeRecords

KINDS = ("dynamodb", "memory")


@contextmanager
def store_of(kind: str, folder: Path, now: Callable[[], str]) -> Iterator[Any]:
    """Have a store of a kind, empty, for a time."""
    if kind == "memory":
        yield FakeRecords(now)
        return
    with local_aws(folder):
        tables.cache_clear()
        yield DynamoRecords(tables("test", "us-east-1"), now)
        tables.cache_clear()
