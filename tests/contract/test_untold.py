"""Entries that people are to be told of stand in their index until they were heard."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.ports.records import NOTICE_SHARDS, Heard, Journal, JournalEntry
from chalicelib.runtime.wiring import now
from tests.contract.stores import KINDS, store_of


@pytest.fixture(scope="module", params=KINDS)
def store(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with store_of(request.param, tmp_path_factory.mktemp("store"), now) as found:
        yield found


def untold(store: DynamoRecords, entity: str) -> list[JournalEntry]:
    found = [one for shard in range(NOTICE_SHARDS) for one in store.untold(shard, limit=100)]
    return [one for one in found if one.entity == entity]


def tell(store: DynamoRecords, entity: str, name: str) -> None:
    store.commit(Journal(entity, "deployments", "somebody", name, now(), "hoster"))


def test_only_what_people_hear_of_stands_there_until_it_was_heard(store: DynamoRecords) -> None:
    app = f"dep_{secrets.token_hex(8)}"
    for name in ("health_unhealthy", "updated", "running"):
        tell(store, app, name)

    first, second = untold(store, app)
    store.commit(Heard(app, first.id))
    store.commit(Heard(app, first.id))

    assert (first.name, second.name) == ("health_unhealthy", "running")
    assert [one.id for one in untold(store, app)] == [second.id]
    assert len(store.journal(app, limit=9)) == 3


def test_entry_that_is_forgotten_is_not_made_anew(store: DynamoRecords) -> None:
    app = f"dep_{secrets.token_hex(8)}"

    store.commit(Heard(app, "evt_00000000000000000000"))

    assert store.journal(app, limit=9) == ()
