"""The store's contract: what is watched, from when it can be until it goes."""

from __future__ import annotations

from collections import Counter

import pytest

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.ports.records import WATCH_SHARDS, Change, Create, Put
from tests.contract.recorded import a_record, a_work, owner, put, store

__all__ = ["owner", "store"]


def watched(store: DynamoRecords, type_name: str) -> Counter[str]:
    """Everything of a type that is watched, asked for in small pages."""
    found: Counter[str] = Counter()
    for shard in range(WATCH_SHARDS):
        after = ""
        while ids := store.watched(type_name, shard, after=after, limit=2):
            assert list(ids) == sorted(ids)
            found.update(ids)
            after = ids[-1]
    return found


PINNED = {"name": "server", "host_key": "ssh-ed25519 AAAA"}


def test_node_is_watched_from_its_first_check_until_it_goes(
    store: DynamoRecords, owner: str
) -> None:
    made = [put(store, owner, type="nodes", status="offline") for _ in range(5)]
    first, *others = [record.id for record in made]
    assert not {first, *others} & {*watched(store, "nodes")}

    for record in made:
        store.change(Change(of=record, attributes={"host_key": "ssh-ed25519 AAAA"}))
    assert [watched(store, "nodes")[record_id] for record_id in (first, *others)] == [1] * 5

    node = store.get(first)
    assert node is not None
    for status in ("online", "maintenance", "offline"):
        store.change(Change(of=node, status=status, set_work=a_work()))
        store.change(Change(of=node, health="degraded", clear_work=True))
        assert first in watched(store, "nodes")
    store.commit(Change(of=node, status="lost"))
    assert first not in watched(store, "nodes")
    store.commit(Change(of=node, status="deleted", bury=True))
    store.commit(Change(of=made[1], status="deleted", bury=True))
    assert {first, *others} & {*watched(store, "nodes")} == {*others[1:]}


@pytest.mark.parametrize("write", [Create, Put])
def test_node_that_is_put_with_its_host_key_is_watched_at_once(
    store: DynamoRecords, owner: str, write: type[Create | Put]
) -> None:
    node = a_record(owner, type="nodes", status="online", attributes=PINNED)

    store.commit(write(node))

    assert node.id in watched(store, "nodes")


def test_node_that_is_to_be_reached_another_way_stays_watched(
    store: DynamoRecords, owner: str
) -> None:
    node = put(store, owner, type="nodes", status="online", attributes=PINNED)

    store.change(Change(of=node, status="offline", attributes={"host_key": None}))

    assert node.id in watched(store, "nodes")


def test_node_parked_by_who_read_it_before_its_first_check_stays_watched(
    store: DynamoRecords, owner: str
) -> None:
    before = put(store, owner, type="nodes", status="offline")
    store.change(Change(of=before, attributes={"host_key": "ssh-ed25519 AAAA"}))

    store.change(Change(of=before, status="maintenance"))

    assert before.id in watched(store, "nodes")


def test_credential_is_watched_while_it_lives(store: DynamoRecords, owner: str) -> None:
    credential = put(store, owner, type="cloud_credentials", status="unchecked")

    store.change(Change(of=credential, status="invalid"))
    living = watched(store, "cloud_credentials")
    store.change(Change(of=credential, status="deleted", bury=True))

    assert living[credential.id] == 1
    assert credential.id not in watched(store, "cloud_credentials")


@pytest.mark.parametrize("kind", ["deployments", "cloud_provisions", "ssh_keys"])
def test_nothing_else_is_watched(store: DynamoRecords, owner: str, kind: str) -> None:
    node, attributes = f"node_{owner}", PINNED
    record = put(store, owner, type=kind, node=node, status="pending", attributes=attributes)

    store.change(Change(of=record, status="running", attributes=PINNED))

    assert not {record.id, node} & {*watched(store, kind), *watched(store, "nodes")}
