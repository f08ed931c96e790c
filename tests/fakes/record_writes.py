"""What a transaction of the in-memory store would do: all of it, or an error and nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from chalicelib.adapters.records.items import owner_type
from chalicelib.adapters.records.transactions import IN_ORDER
from chalicelib.domain.errors import LimitReached, Stale, Taken
from chalicelib.ports.ledger import Enter
from chalicelib.ports.payment_notes import NotePayment
from chalicelib.ports.records import (
    Change,
    Check,
    Count,
    Create,
    Erase,
    Forget,
    Heard,
    Journal,
    OpenTimeline,
    Put,
    Release,
    Reserve,
    TakeTraffic,
    Timeline,
    Usage,
    Write,
)
from tests.fakes.record_items import changed, copied, holds, item_of
from tests.fakes.route_writes import ROUTE_MAKERS, Operation, without_repeats
from tests.fakes.runs import RUN_MAKERS

if TYPE_CHECKING:
    from tests.fakes.records import FakeRecords

MOST_OPERATIONS = 100
"""What DynamoDB takes in one transaction."""


class InvalidTransaction(Exception):
    """DynamoDB would refuse it as wrong: the product has a fault."""


def plan_of(store: FakeRecords, writes: Iterable[Write]) -> list[Callable[[], object]]:
    """What is to be done for these writes. Raises what the first refused one says."""
    operations = _operations(store, writes)
    shards = {op.of[1] for op in operations if op.of[0] == "route"}
    things = [op.of for op in operations]
    if len(set(things)) != len(things):
        twice = sorted({thing for thing in things if things.count(thing) > 1})
        raise InvalidTransaction(f"One transaction names {twice} more than once.")
    if len(operations) + len(shards) > MOST_OPERATIONS:
        raise InvalidTransaction(f"One transaction has {len(operations)} operations.")
    for kind in IN_ORDER:
        for op in operations:
            if op.kind == kind and not op.holds and op.refusal is not None:
                raise op.refusal()
    doing = [op.do for op in operations if op.holds]

    def count_changes() -> None:
        for shard in shards:
            store.route_changes[shard] = store.route_changes.get(shard, 0) + 1

    return [*doing, count_changes]


def _operations(store: FakeRecords, writes: Iterable[Write]) -> list[Operation]:
    operations: list[Operation] = []
    for write in writes:
        made = _MAKERS[type(write)](store, write)
        operations += without_repeats(operations, made if isinstance(made, tuple) else (made,))
    return operations


def _create(store: FakeRecords, write: Create) -> Operation:
    record, item = write.record, item_of(write.record)
    return Operation(
        "put",
        ("record", record.id),
        record.id not in store.items,
        lambda: store.items.__setitem__(record.id, item),
        lambda: Stale(f"{record.id} exists already."),
    )


def _put(store: FakeRecords, write: Put) -> Operation:
    item = item_of(write.record)
    return Operation(
        "put",
        ("record", write.record.id),
        True,
        lambda: store.items.__setitem__(write.record.id, item),
    )


def _change(store: FakeRecords, write: Change) -> Operation:
    before = store.items.get(write.of.id)
    is_held = holds(before, write)
    after = changed(before, write, store.now()) if before is not None and is_held else {}
    return Operation(
        "update",
        ("record", write.of.id),
        is_held,
        lambda: store.items.__setitem__(write.of.id, after),
        lambda: Stale(f"{write.of.id} changed meanwhile."),
    )


def _erase(store: FakeRecords, write: Erase) -> Operation:
    of, item = write.of, store.items.get(write.of.id)
    buried = owner_type(f"buried-{of.type}", of.owner)
    return Operation(
        "delete",
        ("record", of.id),
        item is not None and item["owner_type"] == buried,
        lambda: store.items.pop(of.id),
    )


def _check(store: FakeRecords, write: Check) -> Operation:
    of, item = write.of, store.items.get(write.of.id)
    is_held = (
        item is not None
        and item["owner_type"] == owner_type(of.type, of.owner)
        and (not write.if_status or item["status"] in write.if_status)
        and (not write.if_public or item.get("public_type") is not None)
    )
    return Operation(
        "check",
        ("record", of.id),
        is_held,
        lambda: None,
        lambda: Stale(f"{of.id} changed meanwhile."),
    )


def _reserve(store: FakeRecords, write: Reserve) -> Operation:
    held = store.holders.get(write.key)
    return Operation(
        "put",
        ("reservation", write.key),
        held is None or held[0] == write.holder,
        lambda: store.holders.__setitem__(write.key, (write.holder, copied(write.data))),
        lambda: Taken(f"{write.key} is taken.", code="taken"),
    )


def _release(store: FakeRecords, write: Release) -> Operation:
    held = store.holders.get(write.key)
    return Operation(
        "delete",
        ("reservation", write.key),
        held is not None and held[0] == write.holder,
        lambda: store.holders.__delitem__(write.key),
    )


def _count(store: FakeRecords, write: Count) -> Operation:
    value = store.counts.get(write.key)
    is_held = True
    if write.at_most is not None and write.by > 0:
        room = value is None or value <= round(write.at_most - write.by, 6)
        is_held = room and write.by <= write.at_most
    # DynamoDB counts in decimals.
    after = round((value or 0) + write.by, 9)
    return Operation(
        "update",
        ("reservation", write.key),
        is_held,
        lambda: store.counts.__setitem__(write.key, after),
        lambda: LimitReached(
            f"The limit {write.limit} of {write.at_most:g} is reached.", limit=write.limit
        ),
    )


def _forget(store: FakeRecords, write: Forget) -> Operation:
    return Operation(
        "delete",
        ("reservation", write.key),
        store.counts.get(write.key, 0) <= 0,
        lambda: store.counts.pop(write.key, None),
        lambda: Taken(f"{write.key} still counts."),
    )


def _journal(store: FakeRecords, write: Journal) -> Operation:
    return Operation("put", ("told", str(id(write))), True, lambda: store.tell(write))


def _heard(store: FakeRecords, write: Heard) -> Operation:
    return Operation(
        "update",
        ("told", write.entity, write.entry),
        True,
        lambda: store.unheard.discard((write.entity, write.entry)),
    )


def _usage(store: FakeRecords, write: Usage) -> Operation:
    return Operation(
        "put",
        ("usage", write.id),
        write.id not in store.outbox,
        lambda: store.outbox.__setitem__(write.id, write),
    )


def _enter(store: FakeRecords, write: Enter) -> tuple[Operation, ...]:
    key = (write.about, write.transaction)
    whole = Operation(
        "put",
        ("transaction", *key),
        key not in store.transactions,
        lambda: store.transactions.__setitem__(key, write),
        lambda: Taken(f"{write.transaction} is entered already."),
    )
    entries = (
        Operation("put", ("entry", entry.account, *key), True, lambda: None)
        for entry in write.entries
    )
    return whole, *entries


def _note_payment(store: FakeRecords, write: NotePayment) -> Operation:
    key, before = (write.note.subject, write.note.id), write.before
    known = store.payment_notes.get(key)
    same = (known and (known.what, known.cents)) == (before and (before.what, before.cents))
    return Operation(
        "put",
        ("payment", *key),
        same,
        lambda: store.payment_notes.__setitem__(key, write.note),
        lambda: Taken(f"{write.note.id} is noted already."),
    )


def _take_traffic(store: FakeRecords, write: TakeTraffic) -> tuple[Operation, ...]:
    key = (write.app, write.boot)
    last = store.taken.get(key)
    take = Operation(
        "update",
        ("taken", *key),
        (last.sequence if last else None) == write.after,
        lambda: store.taken.__setitem__(key, write.taken),
        lambda: Stale(f"Another report of {write.app} was taken meanwhile."),
    )
    add = Operation(
        "update",
        ("hour", write.app),
        True,
        lambda: store.parts.setdefault(write.app, set()).add(write.part),
    )
    return take, add


def _open_timeline(store: FakeRecords, write: OpenTimeline) -> Operation:
    key, work = (write.entity, write.work.generation), write.work
    opened = Timeline(write.entity, work.generation, work.kind, work.execution)
    return Operation(
        "put",
        ("timeline", write.entity, str(work.generation)),
        key not in store.timelines,
        lambda: store.timelines.__setitem__(key, opened),
    )


_MAKERS: dict[type, Callable[..., Operation | tuple[Operation, ...]]] = {
    Create: _create,
    Put: _put,
    Change: _change,
    Check: _check,
    Erase: _erase,
    Reserve: _reserve,
    Release: _release,
    Count: _count,
    Forget: _forget,
    Journal: _journal,
    Heard: _heard,
    Usage: _usage,
    Enter: _enter,
    NotePayment: _note_payment,
    OpenTimeline: _open_timeline,
    TakeTraffic: _take_traffic,
    **ROUTE_MAKERS,
    **RUN_MAKERS,
}
