"""The store's contract: what is reserved and counted, exact however many write at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.domain.errors import Forbidden, Taken
from chalicelib.ports.records import (
    Change,
    Check,
    Count,
    Create,
    Forget,
    Record,
    Release,
    Reserve,
    Selection,
)
from tests.contract.recorded import TAKERS, a_record, at_once, owner, put, store

__all__ = ["owner", "store"]


def test_reservation_is_held_by_one_and_given_back_by_its_holder(
    store: DynamoRecords, owner: str
) -> None:
    key = f"host#{owner}"

    taken = at_once(TAKERS, lambda n: store.commit(Reserve(key, f"holder-{n}", {"n": n})))

    assert taken == {"done": 1, "taken": TAKERS - 1}
    held = store.reservation(key)
    assert held is not None
    assert held["holder"] == f"holder-{held['n']}"
    store.commit(Reserve(key, held["holder"], {"n": 99}))
    store.commit(Release(key, "somebody-else"))
    assert store.reservation(key) == {"holder": held["holder"], "n": 99}
    store.commit(Release(key, held["holder"]))
    assert store.reservation(key) is None
    store.commit(Release(key, held["holder"]))


def test_counter_at_its_limit_admits_exactly_as_many(store: DynamoRecords, owner: str) -> None:
    key = f"plan#{owner}"

    def take(number: int) -> None:
        record = a_record(owner, id=f"{owner}_{number}")
        store.commit(Create(record), Count(key, 1, at_most=5, limit="apps"))

    assert at_once(TAKERS, take) == {"done": 5, "plan_limit_exceeded": TAKERS - 5}
    assert store.counter(key) == 5
    page = store.select(Selection("things", owner=owner), limit=100, after=None, before=None)
    assert len(page.records) == 5
    with pytest.raises(Forbidden, match="The limit apps of 5 is reached"):
        take(99)


def test_counter_without_a_limit_counts_every_writer(store: DynamoRecords, owner: str) -> None:
    key = f"total#{owner}"

    assert at_once(40, lambda _n: store.commit(Count(key, 1))) == {"done": 40}

    store.commit(Count(key, -0.5))
    assert store.counter(key) == 39.5


@pytest.mark.parametrize(
    ("before", "count", "fits"),
    [
        (0, Count("", 0, at_most=0), True),
        (0, Count("", 1, at_most=0), False),
        (0.1, Count("", 0.9, at_most=1), True),
        (0.7, Count("", 0.1, at_most=0.8), True),
        (5, Count("", 1, at_most=5), False),
        (9, Count("", -1, at_most=5), True),
    ],
)
def test_bound_is_exact(
    store: DynamoRecords, owner: str, before: float, count: Count, fits: bool
) -> None:
    key = f"bound#{owner}"
    if before:
        store.commit(Count(key, before))

    outcome = at_once(1, lambda _n: store.commit(replace(count, key=key)))

    assert outcome == ({"done": 1} if fits else {"plan_limit_exceeded": 1})


def test_counter_is_forgotten_when_it_counts_nothing_more(store: DynamoRecords, owner: str) -> None:
    key, other = f"uses#{owner}", f"more#{owner}"
    store.commit(Count(key, 2))

    for _ in range(2):
        with pytest.raises(Taken) as refused:
            store.commit(Forget(key), Count(other, 1))
        assert key in refused.value.detail
        store.commit(Count(key, -1))

    assert (store.counter(key), store.counter(other)) == (0, 0)
    store.commit(Forget(key), Forget(f"never#{owner}"), Count(other, 1))
    assert store.reservation(key) is None
    assert store.counter(other) == 1


def test_of_a_use_and_a_delete_at_the_same_moment_one_wins(
    store: DynamoRecords, owner: str
) -> None:
    for number in range(10):
        used, key = put(store, owner), f"uses#{owner}#{number}"
        user = a_record(owner, id=f"user_{owner}_{number}")

        def act(turn: int, used: Record = used, key: str = key, user: Record = user) -> None:
            if turn % 2:
                store.commit(Change(of=used, status="deleted", bury=True), Forget(key))
            else:
                store.commit(
                    Check(used), Count(key, 1), Create(replace(user, id=f"{user.id}_{turn}"))
                )

        outcome = at_once(6, act)

        after = store.get(used.id)
        assert after is not None
        users = store.get_many(tuple(f"{user.id}_{turn}" for turn in (0, 2, 4)))
        assert store.counter(key) == len(users)
        assert (after.status == "deleted") == (not users), outcome


def test_holders_of_many_keys_are_read_together(store: DynamoRecords, owner: str) -> None:
    keys = tuple(str(n) for n in range(150))
    store.commit(*(Reserve(f"port#{owner}#{n}", f"holder-{n}") for n in (3, 149)))

    found = store.reservations(f"port#{owner}#", keys)

    assert found == {"3": "holder-3", "149": "holder-149"}


def test_counters_are_read_together(store: DynamoRecords, owner: str) -> None:
    keys = tuple(f"capacity#{owner}#{n}" for n in range(150))
    store.commit(Count(keys[3], 2), Count(keys[149], 0.5))

    found = store.counters(keys)

    assert set(found) == set(keys)
    assert {key: value for key, value in found.items() if value} == {keys[3]: 2, keys[149]: 0.5}
    assert store.counters(()) == {}
