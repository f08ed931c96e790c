"""The index of what is due, on the local AWS and in the twin in memory."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.domain import clock
from chalicelib.ports.records import DUE_SHARDS, Change, Create, Record
from tests.contract.stores import KINDS, store_of

EARLY, LATE, FAR = (f"2026-01-0{day}T00:00:00.000Z" for day in (1, 2, 9))


def now() -> str:
    return clock.text_of(datetime.now(UTC))


@pytest.fixture(scope="module", params=KINDS)
def store(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with store_of(request.param, tmp_path_factory.mktemp("due"), now) as found:
        yield found


def put(store: DynamoRecords, due_at: str | None, **fields: Any) -> Record:
    record = Record(
        id=f"dom_{secrets.token_hex(8)}",
        type="domains",
        owner="owner",
        status="pending",
        created_at=EARLY,
        updated_at=EARLY,
        attributes={"due_at": due_at},
    )
    record = replace(record, **fields)
    store.commit(Create(record))
    return record


def due(store: DynamoRecords, before: str = LATE, limit: int = 100) -> list[str]:
    return [
        found
        for shard in range(DUE_SHARDS)
        for found in store.due("domains", shard, before=before, limit=limit)
    ]


def until(fact: Callable[[], bool]) -> None:
    """Wait until a fact holds: an index follows its table."""
    deadline = time.monotonic() + 10
    while not fact():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_is_due_is_found_and_nothing_else(store: DynamoRecords) -> None:
    first, second = put(store, EARLY), put(store, LATE)
    later, never = put(store, FAR), put(store, None)
    other = put(store, EARLY, type="things", id=f"thing_{secrets.token_hex(8)}")

    until(lambda: {first.id, second.id} <= set(due(store)))

    assert not {later.id, never.id, other.id} & set(due(store))
    assert later.id in due(store, before=FAR)


def test_what_is_due_longest_comes_first(store: DynamoRecords) -> None:
    put_together = [put(store, at, id=f"dom_{n}") for n, at in ((15, LATE), (51, EARLY))]
    late, early = (record.id for record in put_together)

    until(lambda: {late, early} <= set(due(store)))

    found = due(store)
    assert found.index(early) < found.index(late)


def test_time_is_moved_and_taken_away(store: DynamoRecords) -> None:
    moved, done, buried = (put(store, EARLY) for _ in range(3))
    until(lambda: {moved.id, done.id, buried.id} <= set(due(store)))

    store.commit(
        Change(of=moved, attributes={"due_at": FAR}),
        Change(of=done, attributes={"due_at": None}),
        Change(of=buried, status="removed", bury=True),
    )

    until(lambda: not {moved.id, done.id, buried.id} & set(due(store)))
    assert set(due(store, before=FAR)) >= {moved.id}
    assert not {done.id, buried.id} & set(due(store, before=FAR))


def test_other_changes_leave_the_time_as_it_is(store: DynamoRecords) -> None:
    record = put(store, EARLY)

    changed = store.change(Change(of=record, status="verified", attributes={"name": "x"}))

    assert changed.attributes["due_at"] == EARLY
    until(lambda: record.id in due(store))


def test_reading_goes_on_where_it_ended(store: DynamoRecords) -> None:
    ids = [put(store, at, id=f"dom_{n}").id for n, at in ((1111, EARLY), (2221, LATE))]
    shard = next(s for s in range(DUE_SHARDS) if sum(ids[0].encode()) % DUE_SHARDS == s)
    until(lambda: ids[0] in store.due("domains", shard, before=LATE, limit=100))

    found = store.due("domains", shard, before=LATE, after=LATE, limit=100)

    assert ids[0] not in found
    assert set(found.values()) <= {LATE}
