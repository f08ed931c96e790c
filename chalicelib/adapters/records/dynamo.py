"""The store over DynamoDB: `chalicelib.ports.records.Records` made real."""

from __future__ import annotations

import base64
import binascii
import json
import random
import time
from collections.abc import Callable
from typing import Any

from pynamodb.exceptions import (
    DoesNotExist,
    TransactWriteError,
    UpdateError,
)
from pynamodb.transactions import TransactWrite

from chalicelib.adapters.records.items import (
    WORK_SHARDS,
    owner_status,
    owner_type,
    record_of,
    timeline_of,
    timeline_sort,
)
from chalicelib.adapters.records.tables import Tables
from chalicelib.adapters.records.writes import Operation, Writer
from chalicelib.domain.errors import BadRequest, Contended, Stale
from chalicelib.ports.records import (
    Change,
    Journal,
    JournalEntry,
    Page,
    Record,
    Selection,
    Timeline,
    TimelineStep,
    Write,
)

TRIES = 8
_PASSING = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


class DynamoRecords:
    """Entities, reservations, journal, usage outbox and routes of one installation."""

    def __init__(self, tables: Tables, now: Callable[[], str]) -> None:
        self.tables = tables
        self.now = now
        self.writer = Writer(tables, now)

    def get(self, record_id: str) -> Record | None:
        """Read one record consistently."""
        try:
            return record_of(self.tables.resources.get(record_id, consistent_read=True))
        except DoesNotExist:
            return None

    def commit(self, *writes: Write) -> None:
        """Do all writes in one transaction; conflicts are tried again with jitter."""
        operations = [op for write in writes for op in self.writer.operations(write)]
        operations = _without_repeats(operations)
        for attempt in range(TRIES):
            try:
                self._transact(operations)
            except TransactWriteError as error:
                operations = _after(error, operations)
                if not operations:
                    return
                # Jitter that grows: 10 ms to 0.6 s, so that forty writers of one item all pass.
                time.sleep(random.uniform(0.005, 0.01 * 2 ** min(attempt, 6)))  # noqa: S311
            else:
                return
        raise Contended("Too many changes at once; nothing was written. Try again.")

    def _transact(self, operations: list[Operation]) -> None:
        connection = self.tables.resources._get_connection().connection
        with TransactWrite(connection=connection) as transaction:
            for op in operations:
                if op.kind == "put":
                    transaction.save(op.item, condition=op.condition)
                elif op.kind == "delete":
                    transaction.delete(op.item, condition=op.condition)
                else:
                    transaction.update(op.item, actions=list(op.actions), condition=op.condition)

    def change(self, change: Change) -> Record:
        """Do one change as a single conditional update and return what it left."""
        item = self.tables.resources(change.of.id)
        try:
            item.update(
                actions=list(self.writer.change_actions(change)),
                condition=self.writer.change_condition(change),
            )
        except UpdateError as error:
            if error.cause_response_code == "ConditionalCheckFailedException":
                raise Stale(f"{change.of.id} changed meanwhile.") from error
            raise
        return record_of(item)

    def select(
        self, selection: Selection, *, limit: int, after: str | None, before: str | None
    ) -> Page:
        """Read one page of an index; backwards for `before`."""
        index, key = self._index(selection)
        forward = before is not None
        cursor = after or before
        query = index.query(
            key,
            scan_index_forward=forward,
            limit=limit + 1,
            page_size=limit + 1,
            last_evaluated_key=self._start(index, key, cursor) if cursor else None,
        )
        records = [record_of(item) for item in query]
        more, records = len(records) > limit, records[:limit]
        if forward:
            records.reverse()
        if not records:
            return Page((), None, None)
        older, newer = (bool(before), more) if forward else (more, bool(after))
        return Page(
            tuple(records),
            after=_cursor(records[-1]) if older else None,
            before=_cursor(records[0]) if newer else None,
        )

    def _index(self, selection: Selection) -> tuple[Any, str]:
        table = self.tables.resources
        if selection.public:
            return table.by_public, selection.type
        if selection.node is not None:
            return table.by_node, selection.node
        if selection.parent is not None:
            return table.by_parent, selection.parent
        owner = selection.owner or ""
        if selection.status:
            return table.by_status, owner_status(selection.type, owner, selection.status)
        return table.by_owner, owner_type(selection.type, owner)

    def _start(self, index: Any, key: str, cursor: str) -> dict[str, Any]:
        created_key, record_id = _read_cursor(cursor)
        hash_name = index._hash_keyname
        return {
            "id": {"S": record_id},
            hash_name: {"S": key},
            "created_key": {"S": created_key},
        }

    def working(self, *, limit: int) -> tuple[Record, ...]:
        """Read the oldest work of every shard."""
        found: list[Record] = []
        for shard in range(WORK_SHARDS):
            query = self.tables.resources.by_work.query(f"work#{shard}", limit=limit)
            found += [record_of(item) for item in query]
        found.sort(key=lambda record: record.work.started_at if record.work else "")
        return tuple(found[:limit])

    def reservation(self, key: str) -> dict[str, Any] | None:
        """Read who holds `key`."""
        try:
            item = self.tables.reservations.get(key, consistent_read=True)
        except DoesNotExist:
            return None
        return {"holder": item.holder, **(item.data.as_dict() if item.data else {})}

    def reservations(self, prefix: str, keys: tuple[str, ...]) -> dict[str, str]:
        """Read who holds which of the keys."""
        items = self.tables.reservations.batch_get([prefix + key for key in keys])
        return {item.key[len(prefix) :]: item.holder for item in items}

    def counter(self, key: str) -> float:
        """Read a counter."""
        try:
            value = self.tables.reservations.get(key, consistent_read=True).value
        except DoesNotExist:
            return 0
        return float(value or 0)

    def journal(
        self, entity: str, *, limit: int, names: tuple[str, ...] = ()
    ) -> tuple[JournalEntry, ...]:
        """Read what happened to an entity, newest first."""
        table = self.tables.journal
        query = table.query(
            entity,
            table.sort.startswith("evt_"),
            filter_condition=table.name.is_in(*names) if names else None,
            scan_index_forward=False,
            limit=limit,
        )
        return tuple(
            JournalEntry(
                item.sort, item.entity, item.name, item.at, item.actor or "", item.data.as_dict()
            )
            for item in query
        )

    def tell(self, entry: Journal) -> None:
        """Write one journal entry."""
        self.writer.journal_item(entry).save()

    def timeline(self, entity: str, generation: int) -> Timeline | None:
        """Read the timeline of one piece of work."""
        try:
            item = self.tables.journal.get(entity, timeline_sort(generation), consistent_read=True)
        except DoesNotExist:
            return None
        return timeline_of(item)

    def mark_step(self, entity: str, generation: int, step: TimelineStep) -> None:
        """Write one step's state; two writers of one step leave the later one's."""
        table = self.tables.journal
        fields = {
            "state": step.state,
            "started_at": step.started_at,
            "ended_at": step.ended_at,
            "message": step.message,
            "progress": step.progress,
        }
        table(entity, timeline_sort(generation)).update(
            actions=[table.steps[step.name].set(fields)], condition=table.entity.exists()
        )

    def mark_error(
        self, entity: str, generation: int, *, code: str, detail: str, step: str
    ) -> None:
        """Write why the work fails, or is about to be tried again."""
        table = self.tables.journal
        table(entity, timeline_sort(generation)).update(
            actions=[table.error.set({"code": code, "detail": detail, "step": step})],
            condition=table.entity.exists(),
        )


def _without_repeats(operations: list[Operation]) -> list[Operation]:
    """Drop a second operation on one item's key: a transaction may name each item once.

    Only change counters of route shards repeat, and one raise tells of both changes.
    """
    seen: set[tuple[str, str, str]] = set()
    kept = []
    for op in operations:
        keys = op.item._get_keys() if op.kind != "put" else None
        mark = (type(op.item).Meta.table_name, op.kind, json.dumps(keys, sort_keys=True))
        if keys is None or mark not in seen:
            kept.append(op)
        seen.add(mark)
    return kept


def _after(error: TransactWriteError, operations: list[Operation]) -> list[Operation]:
    """Decide what a refused transaction means: raise, or return what to try again.

    The reasons come in pynamodb's order: deletes, puts, updates.
    """
    if not error.cancellation_reasons:
        if error.cause_response_code in {"TransactionConflictException", "ThrottlingException"}:
            return operations
        raise error
    ordered = [op for kind in ("delete", "put", "update") for op in operations if op.kind == kind]
    passing, dropped = False, []
    for op, reason in zip(ordered, error.cancellation_reasons, strict=True):
        if reason is None:
            continue
        if reason.code == "ConditionalCheckFailed":
            if op.refusal is not None:
                raise op.refusal() from error
            dropped.append(op)
        elif reason.code in _PASSING:
            passing = True
        else:
            raise error
    if not passing and not dropped:
        raise error
    return [op for op in operations if op not in dropped]


def _cursor(record: Record) -> str:
    text = json.dumps([f"{record.created_at}#{record.id}", record.id])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[str, str]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        created_key, record_id = json.loads(base64.urlsafe_b64decode(padded))
        return str(created_key), str(record_id)
    except (ValueError, TypeError, binascii.Error) as error:
        detail = "This cursor is not one of ours; take it from links.next or links.prev."
        raise BadRequest(detail, parameter="page[after]") from error
