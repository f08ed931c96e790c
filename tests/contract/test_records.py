"""The store's contract: records put, read and changed, by one or by many who write at once."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.domain.errors import Stale, Taken, TooLarge
from chalicelib.ports.records import (
    Change,
    Check,
    Count,
    Create,
    Erase,
    Journal,
    OpenTimeline,
    Put,
    Release,
    Reserve,
    Selection,
    TimelineStep,
    Usage,
    Write,
)
from tests.contract.recorded import TAKERS, a_record, a_work, at_once, now, owner, put, store, used

__all__ = ["owner", "store"]


def test_record_is_put_whatever_was_there(store: DynamoRecords, owner: str) -> None:
    first = put(store, owner, parent=f"parent-{owner}")
    store.commit(Change(of=first, status="deleted", bury=True))
    second = replace(first, attributes={"name": "again"}, status="ready")

    store.commit(Put(second), Put(a_record(owner)))

    assert store.get(first.id) == second
    hung = store.select(
        Selection("things", parent=f"parent-{owner}"), limit=10, after=None, before=None
    )
    assert hung.records == (second,)


def test_record_comes_back_as_it_was_put(store: DynamoRecords, owner: str) -> None:
    record = a_record(
        owner,
        attributes={
            "text": "gr\u00fc\u00dfe \u0000",
            "none": None,
            "empty": "",
            "list": [1, 2.5, {"a": []}],
            "no": False,
            "map": {},
        },
        sealed={"secret": "v1.a.b.c"},
        work=a_work(),
        generation=1,
        parent="parent_1",
        node="node_1",
        public=True,
    )

    store.commit(Create(record))

    assert store.get(record.id) == record


@pytest.mark.parametrize("record_id", ["", "nothing", "x" * 5000, "\ud800", "\u20ac" * 400])
def test_what_is_not_there_is_none(store: DynamoRecords, record_id: str) -> None:
    assert store.get(record_id) is None


def test_many_are_read_at_once_in_the_order_asked_for(store: DynamoRecords, owner: str) -> None:
    records = [put(store, owner, attributes={"n": n}) for n in range(130)]
    wanted = [record.id for record in records][::-1]

    found = store.get_many((*wanted, "nothing", "", "x" * 5000, wanted[0]))

    assert list(found) == wanted
    assert list(found.values()) == records[::-1]
    assert store.get_many(()) == {}


def test_id_is_given_once(store: DynamoRecords, owner: str) -> None:
    record = put(store, owner)

    with pytest.raises(Stale):
        store.commit(Create(replace(record, attributes={"name": "other"})))
    assert store.get(record.id) == record


def test_change_does_what_it_says_and_raises_the_version(store: DynamoRecords, owner: str) -> None:
    record = put(store, owner)
    change = Change(
        of=record,
        status="running",
        attributes={"name": "new", "more": {"a": 1}},
        sealed={"key": "sealed"},
        set_work=a_work(),
        generation=1,
        health="healthy",
        node="node_1",
        public=True,
    )

    after = store.change(change)

    assert after == store.get(record.id)
    assert after.updated_at > record.updated_at
    assert after == replace(
        record,
        status="running",
        attributes={"name": "new", "more": {"a": 1}},
        sealed={"key": "sealed"},
        work=a_work(),
        generation=1,
        health="healthy",
        node="node_1",
        public=True,
        version=2,
        updated_at=after.updated_at,
    )


@pytest.mark.parametrize("alone", [True, False], ids=["change", "commit"])
def test_change_aside_leaves_the_version_and_its_time(
    store: DynamoRecords, owner: str, alone: bool
) -> None:
    record = put(store, owner)
    change = Change(of=record, attributes={"starts": 3}, aside=True)

    store.change(change) if alone else store.commit(change)

    after = replace(record, attributes=record.attributes | {"starts": 3})
    assert store.get(record.id) == after


@pytest.mark.parametrize("alone", [True, False], ids=["change", "commit"])
@pytest.mark.parametrize(
    "demand",
    [
        {"if_status": ("running", "stopped")},
        {"if_generation": 2},
        {"if_idle": True},
        {"if_version": 7},
    ],
)
def test_change_of_a_record_in_another_state_is_stale(
    store: DynamoRecords, owner: str, demand: dict[str, Any], alone: bool
) -> None:
    record = put(store, owner, work=a_work(), generation=1)
    change = Change(of=record, status="running", **demand)

    with pytest.raises(Stale) as refused:
        store.change(change) if alone else store.commit(change)

    assert record.id in refused.value.detail
    assert store.get(record.id) == record


def test_pinned_record_is_changed_in_its_version_alone(store: DynamoRecords, owner: str) -> None:
    record = replace(put(store, owner), pinned=True)

    after = store.change(Change(of=record, status="running"))

    assert (after.version, after.pinned) == (2, False)
    for act in (store.change, store.commit):
        with pytest.raises(Stale):
            act(Change(of=record, status="stopped"))
    assert store.get(record.id) == after


def test_change_of_nothing_makes_nothing(store: DynamoRecords, owner: str) -> None:
    for act in (store.change, store.commit):
        with pytest.raises(Stale):
            act(Change(of=(record := a_record(owner)), status="running"))
        assert store.get(record.id) is None


def test_step_of_an_older_generation_cannot_write(store: DynamoRecords, owner: str) -> None:
    record = put(store, owner, work=a_work(1), generation=1)
    store.change(Change(of=record, set_work=a_work(2), generation=2))

    with pytest.raises(Stale):
        store.change(Change(of=record, work_step="Late", if_generation=1, if_working=True))


def test_work_is_set_followed_cancelled_and_cleared(store: DynamoRecords, owner: str) -> None:
    record = put(store, owner)
    store.change(Change(of=record, set_work=a_work(), generation=1, if_idle=True))
    store.change(Change(of=record, work_step="PullImages", if_working=True))
    cancelled = store.change(Change(of=record, request_cancel=True, if_working=True))
    assert cancelled.work == replace(a_work(), step="PullImages", cancel_requested=True)
    assert record.id in [r.id for r in store.working(limit=1000)]

    done = store.change(Change(of=record, clear_work=True, if_working=True))

    assert done.work is None
    assert record.id not in [r.id for r in store.working(limit=1000)]
    with pytest.raises(Stale):
        store.change(Change(of=record, work_step="Late", if_working=True))


def test_of_many_who_begin_work_one_wins(store: DynamoRecords, owner: str) -> None:
    record = put(store, owner)

    def begin(number: int) -> None:
        store.commit(
            Change(
                of=record,
                set_work=replace(a_work(), execution=f"by-{number}"),
                generation=1,
                if_idle=True,
                if_generation=0,
            ),
            OpenTimeline(record.id, a_work(), now()),
            Journal(record.id, record.type, record.owner, "begun", now(), owner),
        )

    assert at_once(TAKERS, begin) == {"done": 1, "stale": TAKERS - 1}
    assert len(store.journal(record.id, limit=100)) == 1
    after = store.get(record.id)
    assert after is not None
    assert after.version == 2


def test_all_is_written_or_nothing(store: DynamoRecords, owner: str) -> None:
    key, record = f"slug#{owner}", a_record(owner)
    store.commit(Reserve(key, "other"))

    with pytest.raises(Taken) as refused:
        store.commit(
            Create(record),
            Count(f"all#{owner}", 1),
            Journal(record.id, record.type, record.owner, "created", now(), owner),
            Usage(secrets.token_hex(8), owner, "thing.created", record.id, "thing", now()),
            Reserve(key, record.id),
        )

    assert key in refused.value.detail
    assert store.get(record.id) is None
    assert store.counter(f"all#{owner}") == 0
    assert store.journal(record.id, limit=10) == ()


def test_what_was_done_already_does_not_hinder_the_rest(store: DynamoRecords, owner: str) -> None:
    """A usage event told twice, a timeline opened twice, a reservation that is not held."""
    record, usage = put(store, owner), secrets.token_hex(8)
    repeated: tuple[Write, ...] = (
        Usage(usage, owner, "thing.created", record.id, "thing", now()),
        OpenTimeline(record.id, a_work(), now()),
        Release(f"never#{owner}", record.id),
    )
    store.commit(*repeated)
    store.mark_step(record.id, 1, TimelineStep("First", "done", now(), now()))

    store.commit(*repeated, Count(f"done#{owner}", 1))

    assert store.counter(f"done#{owner}") == 1
    assert used(store).count(usage) == 1
    timeline = store.timeline(record.id, 1)
    assert timeline is not None
    assert [step.name for step in timeline.steps] == ["First"]


def test_check_demands_that_a_record_is_there_and_writes_nothing(
    store: DynamoRecords, owner: str
) -> None:
    key, record = f"n#{owner}", put(store, owner, public=True)

    store.commit(Check(record), Count(key, 1))
    store.commit(Check(record, if_status=("pending",), if_public=True), Count(key, 1))

    assert store.get(record.id) == record
    for check in (
        Check(record, if_status=("running", "stopped")),
        Check(a_record(owner)),
        Check(replace(record, owner="other")),
        Check(replace(record, type="others")),
        Check(put(store, owner), if_public=True),
    ):
        with pytest.raises(Stale):
            store.commit(check, Count(key, 1))
    store.change(Change(of=record, status="deleted", bury=True))
    with pytest.raises(Stale):
        store.commit(Check(record), Count(key, 1))
    assert store.counter(key) == 2


def test_record_beyond_what_an_item_holds_is_too_large(store: DynamoRecords, owner: str) -> None:
    large = {"text": "x" * 420_000}
    record = put(store, owner)

    for act in (
        lambda: store.commit(Create(a_record(owner, attributes=large))),
        lambda: store.commit(Change(of=record, attributes=large)),
        lambda: store.change(Change(of=record, attributes=large)),
    ):
        with pytest.raises(TooLarge):
            act()
    assert store.get(record.id) == record


def test_tombstone_is_forgotten_and_what_lives_is_not(store: DynamoRecords, owner: str) -> None:
    living, buried = put(store, owner), put(store, owner)
    store.change(Change(of=buried, status="deleted", bury=True))

    for _ in range(2):
        store.commit(Erase(living), Erase(buried))

    assert store.get(living.id) is not None
    assert store.get(buried.id) is None
