"""Secrets moved to another key against the local AWS: by the sparse index, whatever dies."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import boto3
import pytest

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.adapters.records.tables import tables
from chalicelib.adapters.secrets.kms import KMSSeal
from chalicelib.domain import clock
from chalicelib.domain.errors import Unavailable
from chalicelib.ports.records import Change, Create, Record
from chalicelib.ports.secrets import oldest_mark
from chalicelib.services.secrets.sealing import reseal
from tests.contract.emulated import local_aws

FAR = 2**40


def now() -> str:
    return clock.text_of(datetime.now(UTC))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DynamoRecords]:
    with local_aws(tmp_path_factory.mktemp("sealing")):
        tables.cache_clear()
        yield DynamoRecords(tables("test", "us-east-1"), now)
        tables.cache_clear()


@dataclass
class Tools:
    """What the service needs of the wiring."""

    store: DynamoRecords
    sealing: KMSSeal

    def records(self) -> DynamoRecords:
        return self.store

    def seal(self) -> KMSSeal:
        return self.sealing


class Dying(KMSSeal):
    """A key service that goes away after some calls."""

    left = 3

    def seal(self, clear: str, *, record: str, field: str) -> str:
        if self.left == 0:
            raise Unavailable("gone")
        self.left -= 1
        return super().seal(clear, record=record, field=field)


def a_key() -> str:
    return str(boto3.client("kms").create_key()["KeyMetadata"]["Arn"])


def put(store: DynamoRecords, seal: KMSSeal, record_id: str, *fields: str) -> None:
    sealed = {f: seal.seal(f"{record_id} {f}", record=record_id, field=f) for f in fields}
    store.commit(Create(Record(record_id, "things", "o", "on", now(), now(), sealed=sealed)))


def clear(store: DynamoRecords, seal: KMSSeal, record_id: str) -> dict[str, str]:
    record = store.get(record_id)
    assert record is not None
    return {f: seal.open(text, record=record_id, field=f) for f, text in record.sealed.items()}


def test_secrets_move_to_another_key_in_bites_although_runs_die(store: DynamoRecords) -> None:
    old, new = a_key(), a_key()
    before = KMSSeal(boto3.client("kms"), old, "test")
    ids = [f"moving-{number}" for number in range(7)]
    for record_id in ids:
        put(store, before, record_id, "first", "second")
    put(store, before, "without-secrets")
    both = KMSSeal(boto3.client("kms"), new, "test", retiring=(old,))
    dying = Dying(boto3.client("kms"), new, "test", retiring=(old,))

    with pytest.raises(Unavailable):
        reseal(Tools(store, dying), now=int(time.time()), bite=5)  # type: ignore[arg-type]
    left = [len(store.sealed_under(both.retiring[0], before=FAR, limit=100))]
    while left[-1]:
        assert all(len(clear(store, both, record_id)) == 2 for record_id in ids)
        reseal(Tools(store, both), now=int(time.time()) + 1, bite=2)  # type: ignore[arg-type]
        left.append(len(store.sealed_under(both.retiring[0], before=FAR, limit=100)))

    assert left == [6, 4, 2, 0]
    alone = KMSSeal(boto3.client("kms"), new, "test")
    for record_id in ids:
        wanted = {"first": f"{record_id} first", "second": f"{record_id} second"}
        assert clear(store, alone, record_id) == wanted


def test_record_stands_where_its_oldest_secret_is(store: DynamoRecords) -> None:
    key = a_key()
    old = KMSSeal(boto3.client("kms"), key, "test", now=lambda: 1_000.0)
    fresh = KMSSeal(boto3.client("kms"), key, "test")
    put(store, old, "two", "first", "second")
    record = store.get("two")
    assert record is not None

    text = fresh.seal("new", record="two", field="first")
    store.commit(Change(of=record, sealed={"first": text}))

    assert store.sealed_under(old.key, before=1_001, limit=10) == ("two",)
    reseal(Tools(store, fresh), now=int(time.time()), bite=10)  # type: ignore[arg-type]
    assert store.sealed_under(old.key, before=1_001, limit=10) == ()
    assert clear(store, fresh, "two") == {"first": "new", "second": "two second"}


def test_burial_takes_secrets_away(store: DynamoRecords) -> None:
    seal = KMSSeal(boto3.client("kms"), a_key(), "test")
    put(store, seal, "buried", "first")
    record = store.get("buried")
    assert record is not None

    store.commit(Change(of=record, status="gone", bury=True))

    buried = store.get("buried")
    assert buried is not None
    assert buried.sealed == {}
    assert store.sealed_under(seal.key, before=FAR, limit=10) == ()


def test_secret_that_is_taken_away_leaves_the_record_where_the_oldest_left_is(
    store: DynamoRecords,
) -> None:
    key = a_key()
    seal = KMSSeal(boto3.client("kms"), key, "test", now=lambda: 1_000.0)
    later = KMSSeal(boto3.client("kms"), key, "test", now=lambda: 2_000.0)
    put(store, seal, "three", "a", "b")
    record = store.get("three")
    assert record is not None
    third = later.seal("three c", record="three", field="c:d")
    record = store.change(Change(of=record, sealed={"c:d": third}))

    mark = oldest_mark([third])
    store.change(Change(of=record, unseal=("a", "b"), seal_mark=mark))

    assert clear(store, seal, "three") == {"c:d": "three c"}
    assert store.sealed_under(seal.key, before=1_001, limit=10) == ()
    assert store.sealed_under(seal.key, before=2_001, limit=10) == ("three",)
    left = store.change(Change(of=record, unseal=("c:d", "never-there")))
    assert left.sealed == {}
    assert store.sealed_under(seal.key, before=FAR, limit=10) == ()
