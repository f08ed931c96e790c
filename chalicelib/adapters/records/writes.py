"""Writes of entities, reservations and counters as operations of one DynamoDB transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from functools import singledispatchmethod
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.adapters.records.items import (
    DUE,
    GONE,
    WATCHED,
    due_shard,
    fields_of,
    owner_link,
    owner_status,
    owner_type,
    watch_shard,
    work_shard,
)
from chalicelib.adapters.records.operations import Operation
from chalicelib.adapters.records.tables import Tables
from chalicelib.adapters.records.tellings import Teller
from chalicelib.domain.errors import LimitReached, Stale, Taken
from chalicelib.ports.records import (
    Change,
    Check,
    Count,
    Create,
    Erase,
    Forget,
    Put,
    Record,
    Release,
    Reserve,
    Write,
)
from chalicelib.ports.secrets import oldest_mark


def _all(conditions: list[Condition]) -> Condition | None:
    """Join conditions with AND."""
    joined: Condition | None = None
    for condition in conditions:
        joined = condition if joined is None else joined & condition
    return joined


class Writer:
    """Turns writes into operations on one installation's tables."""

    def __init__(self, tables: Tables, now: Callable[[], str]) -> None:
        self.tables = tables
        self.now = now
        self.teller = Teller(tables)

    @singledispatchmethod
    def operations(self, write: Write) -> Iterator[Operation]:
        """Yield the operations that make up one write."""
        yield from self.teller.operations(write)

    @operations.register
    def _create(self, write: Create) -> Iterator[Operation]:
        table = self.tables.resources
        yield Operation(
            "put",
            table(**fields_of(write.record)),
            condition=table.id.does_not_exist(),
            refusal=lambda: Stale(f"{write.record.id} exists already."),
        )

    @operations.register
    def _put(self, write: Put) -> Iterator[Operation]:
        yield Operation("put", self.tables.resources(**fields_of(write.record)))

    @operations.register
    def _change(self, write: Change) -> Iterator[Operation]:
        table = self.tables.resources
        yield Operation(
            "update",
            table(write.of.id),
            actions=tuple(self.change_actions(write)),
            condition=self.change_condition(write),
            refusal=lambda: Stale(f"{write.of.id} changed meanwhile."),
        )

    @operations.register
    def _erase(self, write: Erase) -> Iterator[Operation]:
        table, of = self.tables.resources, write.of
        buried = table.owner_type == owner_type(f"buried-{of.type}", of.owner)
        yield Operation("delete", table(of.id), condition=buried)

    @operations.register
    def _check(self, write: Check) -> Iterator[Operation]:
        table, of = self.tables.resources, write.of
        # What is buried has another key here than what lives.
        conditions = [table.owner_type == owner_type(of.type, of.owner)]
        if write.if_status:
            conditions.append(table.status.is_in(*write.if_status))
        if write.if_public:
            conditions.append(table.public_type.exists())
        yield Operation(
            "check",
            table(of.id),
            condition=_all(conditions),
            refusal=lambda: Stale(f"{of.id} changed meanwhile."),
        )

    def change_condition(self, write: Change) -> Condition:
        """What must hold for a change."""
        table = self.tables.resources
        conditions: list[Condition] = [table.id.exists()]
        if write.if_status:
            conditions.append(table.status.is_in(*write.if_status))
        if write.if_generation is not None:
            conditions.append(table.generation == write.if_generation)
        if write.if_idle:
            conditions.append(table.work.does_not_exist())
        if write.if_working:
            conditions.append(table.work.exists())
        if write.of.pinned:
            conditions.append(table.version == write.of.version)
        if write.if_version is not None:
            conditions.append(table.version == write.if_version)
        joined = _all(conditions)
        assert joined is not None  # noqa: S101 - the list is never empty
        return joined

    def change_actions(self, write: Change) -> Iterator[Any]:
        """What a change does to its item, index keys included."""
        table, record = self.tables.resources, write.of
        if not write.aside:
            yield table.version.add(1)
            yield table.updated_at.set(self.now())
        if write.status is not None:
            yield table.status.set(write.status)
            yield table.owner_status.set(owner_status(record.type, record.owner, write.status))
        for name, value in write.attributes.items():
            yield table.data[name].set(value)
        yield from self._watch_actions(write)
        yield from self._due_actions(write)
        yield from self._seal_actions(write)
        for name in ("health", "generation"):
            if (given := getattr(write, name)) is not None:
                yield getattr(table, name).set(given)
        yield from self._work_actions(write)
        yield from self._burial_actions(record) if write.bury else self._listing_actions(write)

    def _watch_actions(self, write: Change) -> Iterator[Any]:
        """Let a record stand in the index of what is watched from when it is known until it goes.

        A node stays there whose host key is given up: what runs there is looked after all the
        same. One that was read before its host key was pinned is left as it stands.
        """
        column, record = self.tables.resources.watch_shard, write.of
        if record.type not in WATCHED:
            return
        status = write.status or record.status
        becomes = replace(record, status=status, attributes=record.attributes | write.attributes)
        shard = watch_shard(becomes)
        if write.bury or status in GONE:
            yield column.remove()
        elif shard and (write.status is not None or "host_key" in write.attributes):
            yield column.set(shard)

    def _due_actions(self, write: Change) -> Iterator[Any]:
        """Let a record stand in the index of what is due while its attribute holds a time."""
        table, record = self.tables.resources, write.of
        name = DUE.get(record.type)
        if name is None or not (write.bury or name in write.attributes):
            return
        due_at = None if write.bury else write.attributes[name]
        yield table.due_shard.set(due_shard(record)) if due_at else table.due_shard.remove()
        yield table.due_at.set(due_at) if due_at else table.due_at.remove()

    def _seal_actions(self, write: Change) -> Iterator[Any]:
        """Put secrets, and let the record stand in the index of seals where its oldest one is."""
        table = self.tables.resources
        for name, text in write.sealed.items():
            yield table.sealed[name].set(text)
        for name in write.unseal:
            yield table.sealed[name].remove()
        mark, new = write.seal_mark, oldest_mark(write.sealed.values())
        if write.unseal and mark is None:
            yield table.seal_key.remove()
            yield table.sealed_at.remove()
        elif mark is not None:
            yield table.seal_key.set(mark.key)
            yield table.sealed_at.set(mark.at)
        elif new is not None:
            yield table.seal_key.set(table.seal_key | new.key)
            yield table.sealed_at.set(table.sealed_at | new.at)

    def _listing_actions(self, write: Change) -> Iterator[Any]:
        """Move a record between lists, each key of an index together with what it follows."""
        yield from self._link_actions(write.of, "parent", write.parent)
        yield from self._link_actions(write.of, "node", write.node)
        if write.public is not None:
            column = self.tables.resources.public_type
            yield column.set(write.of.type) if write.public else column.remove()

    def _link_actions(self, record: Record, name: str, other: str | None) -> Iterator[Any]:
        """Hang a record on another one, or on none when `other` is empty."""
        if other is None:
            return
        column = getattr(self.tables.resources, name)
        owned = getattr(self.tables.resources, f"owner_{name}")
        yield column.set(other) if other else column.remove()
        key = owner_link(record.type, record.owner, other)
        yield owned.set(key) if other else owned.remove()

    def _burial_actions(self, record: Record) -> Iterator[Any]:
        """Take a record out of every list but that of its own status; its secrets go."""
        table = self.tables.resources
        yield table.sealed.set({})
        yield table.seal_key.remove()
        yield table.sealed_at.remove()
        yield table.owner_type.set(owner_type(f"buried-{record.type}", record.owner))
        links = (table.parent, table.node, table.owner_parent, table.owner_node)
        for column in (*links, table.public_type):
            yield column.remove()

    def _work_actions(self, write: Change) -> Iterator[Any]:
        table = self.tables.resources
        if write.set_work is not None:
            yield table.work.set(asdict(write.set_work))
            yield table.work_shard.set(work_shard(write.of.id))
            yield table.work_since.set(write.set_work.started_at)
        if write.work_step is not None:
            yield table.work["step"].set(write.work_step)
        if write.request_cancel:
            yield table.work["cancel_requested"].set(True)
        if write.clear_work:
            for column in (table.work, table.work_shard, table.work_since):
                yield column.remove()

    @operations.register
    def _reserve(self, write: Reserve) -> Iterator[Operation]:
        table = self.tables.reservations
        yield Operation(
            "put",
            table(write.key, holder=write.holder, data=write.data),
            condition=table.key.does_not_exist() | (table.holder == write.holder),
            refusal=lambda: Taken(f"{write.key} is taken.", code="taken"),
        )

    @operations.register
    def _release(self, write: Release) -> Iterator[Operation]:
        table = self.tables.reservations
        yield Operation("delete", table(write.key), condition=table.holder == write.holder)

    @operations.register
    def _count(self, write: Count) -> Iterator[Operation]:
        table = self.tables.reservations
        condition = None
        if write.at_most is not None and write.by > 0:
            # Rounded, because 1 - 0.9 is less than 0.1 in binary.
            room = table.value <= round(write.at_most - write.by, 6)
            condition = (
                table.key.does_not_exist() | room
                if write.by <= write.at_most
                else table.key.exists() & table.key.does_not_exist()
            )
        yield Operation(
            "update",
            table(write.key),
            actions=(table.value.add(write.by),),
            condition=condition,
            refusal=lambda: LimitReached(
                f"The limit {write.limit} of {write.at_most:g} is reached.", limit=write.limit
            ),
        )

    @operations.register
    def _forget(self, write: Forget) -> Iterator[Operation]:
        table = self.tables.reservations
        yield Operation(
            "delete",
            table(write.key),
            condition=table.key.does_not_exist() | (table.value <= 0),
            refusal=lambda: Taken(f"{write.key} still counts."),
        )
