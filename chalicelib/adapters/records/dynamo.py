"""The store over DynamoDB: `chalicelib.ports.records.Records` made real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from pynamodb.exceptions import DoesNotExist, UpdateError

from chalicelib.adapters.records import transactions
from chalicelib.adapters.records.cursors import cursor_at, place_of
from chalicelib.adapters.records.items import (
    WORK_SHARDS,
    created_key,
    due_partition,
    entry_of,
    is_key,
    notice_partition,
    owner_link,
    owner_status,
    owner_type,
    record_of,
    timeline_of,
    timeline_sort,
    watch_partition,
)
from chalicelib.adapters.records.patience import code_of, patient
from chalicelib.adapters.records.tables import Tables
from chalicelib.adapters.records.trails import read_trail
from chalicelib.adapters.records.writes import Writer
from chalicelib.domain.errors import Stale
from chalicelib.domain.routes import CERTIFICATES
from chalicelib.ports.records import (
    ALWAYS,
    Change,
    Journal,
    JournalEntry,
    Page,
    Record,
    Selection,
    Span,
    Timeline,
    TimelineStep,
    Trail,
    Write,
)
from chalicelib.ports.route_writes import CertificateKey
from chalicelib.ports.secrets import mark_of


class DynamoRecords:
    """Entities, reservations, journal, usage outbox and routes of one installation."""

    def __init__(self, tables: Tables, now: Callable[[], str]) -> None:
        self.tables = tables
        self.now = now
        self.writer = Writer(tables, now)

    @patient
    def get(self, record_id: str) -> Record | None:
        """Read one record consistently."""
        if not is_key(record_id):
            return None
        try:
            return record_of(self.tables.resources.get(record_id, consistent_read=True))
        except DoesNotExist:
            return None

    @patient
    def get_many(self, record_ids: tuple[str, ...]) -> dict[str, Record]:
        """Read records consistently, a hundred at a time."""
        wanted = [record_id for record_id in dict.fromkeys(record_ids) if is_key(record_id)]
        items = self.tables.resources.batch_get(wanted, consistent_read=True) if wanted else ()
        found = {item.id: record_of(item) for item in items}
        return {record_id: found[record_id] for record_id in wanted if record_id in found}

    @patient
    def commit(self, *writes: Write) -> None:
        """Do all writes in one transaction; conflicts are tried again with jitter."""
        operations = [op for write in writes for op in self.writer.operations(write)]
        transactions.commit(self.tables.resources._get_connection().connection, operations)

    @patient
    def change(self, change: Change) -> Record:
        """Do one change as a single conditional update and return what it left."""
        item = self.tables.resources(change.of.id)
        with _told_as(f"{change.of.id} changed meanwhile."):
            item.update(
                actions=list(self.writer.change_actions(change)),
                condition=self.writer.change_condition(change),
            )
        return record_of(item)

    @patient
    def select(
        self,
        selection: Selection,
        *,
        limit: int,
        after: str | None,
        before: str | None,
        oldest_first: bool = False,
    ) -> Page:
        """Read one page of an index; against its order for `before`."""
        backwards = before is not None
        found: dict[str, Record] = {}
        for index, key in self._indexes(selection):
            if is_key(key):
                query = index.query(
                    key,
                    scan_index_forward=backwards != oldest_first,
                    limit=limit + 1,
                    page_size=limit + 1,
                    last_evaluated_key=_start(index, key, after, before),
                )
                found |= {item.id: record_of(item) for item in query}
        records = sorted(found.values(), key=created_key, reverse=backwards == oldest_first)
        more, records = len(records) > limit, records[:limit]
        if backwards:
            records.reverse()
        if not records:
            return Page((), None, None)
        following, leading = (True, more) if backwards else (more, after is not None)
        return Page(
            tuple(records),
            after=cursor_at(records[-1]) if following else None,
            before=cursor_at(records[0]) if leading else None,
        )

    def _indexes(self, selection: Selection) -> list[tuple[Any, str]]:
        """The partitions whose records make up a list; a record may be in several."""
        table, kind, owner = self.tables.resources, selection.type, selection.owner
        if owner is not None:
            own = self._own_index(selection, owner)
            return [own, (table.by_public, kind)] if selection.public else [own]
        if selection.node is not None:
            return [(table.by_node, selection.node)]
        if selection.parent is not None:
            return [(table.by_parent, selection.parent)]
        return [(table.by_public, kind)]

    def _own_index(self, selection: Selection, owner: str) -> tuple[Any, str]:
        table, kind = self.tables.resources, selection.type
        if selection.node is not None:
            return table.by_owner_node, owner_link(kind, owner, selection.node)
        if selection.parent is not None:
            return table.by_owner_parent, owner_link(kind, owner, selection.parent)
        if selection.status:
            return table.by_status, owner_status(kind, owner, selection.status)
        return table.by_owner, owner_type(kind, owner)

    @patient
    def working(self, *, limit: int) -> tuple[Record, ...]:
        """Read the oldest work of every shard."""
        found: list[Record] = []
        for shard in range(WORK_SHARDS):
            query = self.tables.resources.by_work.query(f"work#{shard}", limit=limit)
            found += [record_of(item) for item in query]
        found.sort(key=lambda record: record.work.started_at if record.work else "")
        return tuple(found[:limit])

    @patient
    def sealed_under(self, key: str, *, before: int, limit: int) -> tuple[str, ...]:
        """Read the ids of records whose oldest secret was sealed under a key before a moment."""
        table = self.tables.resources
        query = table.by_seal.query(key, table.sealed_at < before, limit=limit)
        return tuple(item.id for item in query)

    @patient
    def certificate_keys(self, under: tuple[str, ...], *, limit: int) -> tuple[CertificateKey, ...]:
        """Read keys of certificates that are sealed under some keys."""
        query = self.tables.routes.query(
            CERTIFICATES, attributes_to_get=["host", "key", "bound_to"]
        )
        found = (
            CertificateKey(item.host, item.key, item.bound_to)
            for item in query
            if item.key and (mark := mark_of(item.key)) and mark.key in under
        )
        return tuple(islice(found, limit))

    @patient
    def watched(
        self, type_name: str, shard: int, *, after: str = "", limit: int
    ) -> tuple[str, ...]:
        """Read the ids of what is watched of one type and shard, in order."""
        table = self.tables.resources
        query = table.by_watch.query(
            watch_partition(type_name, shard),
            table.id > after if after else None,
            limit=limit,
            page_size=limit,
        )
        return tuple(item.id for item in query)

    @patient
    def due(
        self, type_name: str, shard: int, *, before: str, limit: int, after: str = ""
    ) -> dict[str, str]:
        """Read the ids of what is due of one type and shard, the longest due first, and when."""
        table = self.tables.resources
        query = table.by_due.query(
            due_partition(type_name, shard),
            table.due_at.between(after, before) if after else table.due_at <= before,
            limit=limit,
            page_size=limit,
        )
        return {item.id: item.due_at for item in query}

    @patient
    def reservation(self, key: str) -> dict[str, Any] | None:
        """Read who holds `key`."""
        try:
            item = self.tables.reservations.get(key, consistent_read=True)
        except DoesNotExist:
            return None
        return {"holder": item.holder, **(item.data.as_dict() if item.data else {})}

    @patient
    def reservations(self, prefix: str, keys: tuple[str, ...]) -> dict[str, str]:
        """Read who holds which of the keys."""
        wanted = [prefix + key for key in keys]
        items = self.tables.reservations.batch_get(wanted, consistent_read=True)
        return {item.key[len(prefix) :]: item.holder for item in items}

    @patient
    def counter(self, key: str) -> float:
        """Read a counter."""
        try:
            value = self.tables.reservations.get(key, consistent_read=True).value
        except DoesNotExist:
            return 0
        return float(value or 0)

    @patient
    def counters(self, keys: tuple[str, ...]) -> dict[str, float]:
        """Read counters, a hundred at a time."""
        found = dict.fromkeys(keys, 0.0)
        if keys:
            for item in self.tables.reservations.batch_get(list(found), consistent_read=True):
                found[item.key] = float(item.value or 0)
        return found

    @patient
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
        return tuple(entry_of(item) for item in query)

    @patient
    def trail(
        self,
        account: str,
        *,
        limit: int,
        after: str | None = None,
        before: str | None = None,
        entity: str | None = None,
        kinds: tuple[str, ...] = (),
        span: Span = ALWAYS,
    ) -> Trail:
        """Read one page of an account's audit trail, newest first, in one query or one a kind."""
        return read_trail(
            self.tables.journal,
            account,
            entity,
            span,
            kinds=kinds,
            limit=limit,
            after=after,
            before=before,
        )

    @patient
    def untold(self, shard: int, *, limit: int) -> tuple[JournalEntry, ...]:
        """Read journal entries that people are to be told of, the oldest first."""
        query = self.tables.journal.by_notice.query(
            notice_partition(shard), limit=limit, page_size=limit
        )
        return tuple(entry_of(item) for item in query)

    @patient
    def tell(self, entry: Journal) -> None:
        """Write one journal entry."""
        self.writer.teller.journal_item(entry).save()

    @patient
    def timeline(self, entity: str, generation: int) -> Timeline | None:
        """Read the timeline of one piece of work."""
        try:
            item = self.tables.journal.get(entity, timeline_sort(generation), consistent_read=True)
        except DoesNotExist:
            return None
        return timeline_of(item)

    @patient
    def mark_step(self, entity: str, generation: int, step: TimelineStep) -> None:
        """Write one step's state; two writers of one step leave the later one's."""
        table, name = self.tables.journal, step.name
        fields = {
            "state": step.state,
            "ended_at": step.ended_at,
            "message": step.message,
            "progress": step.progress,
            "code": step.code,
        }
        begun = table.begun[name].set(table.begun[name] | step.started_at)
        actions = [table.steps[name].set(fields), begun]
        if step.state == "failed":
            actions.append(table.went_wrong.set(True))
        timeline = table(entity, timeline_sort(generation))
        with _told_as(f"There is no work {generation} of {entity}."):
            timeline.update(actions=actions, condition=table.entity.exists())


@contextmanager
def _told_as(stale: str) -> Iterator[None]:
    """Tell an update's failed condition as `Stale`."""
    try:
        yield
    except UpdateError as error:
        if code_of(error) == "ConditionalCheckFailedException":
            raise Stale(stale) from error
        raise


def _start(index: Any, key: str, after: str | None, before: str | None) -> dict[str, Any] | None:
    """Where a query goes on: just after the record that the cursor names."""
    if after is not None:
        created_key, record_id = place_of(after, parameter="page[after]")
    elif before is not None:
        created_key, record_id = place_of(before, parameter="page[before]")
    else:
        return None
    return {
        "id": {"S": record_id},
        index._hash_key_attribute().attr_name: {"S": key},
        "created_key": {"S": created_key},
    }
