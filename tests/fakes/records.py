"""The store in memory: `chalicelib.ports.records.Records` without DynamoDB.

It is held to the store's own contract (`tests/contract/test_records.py` and what else uses
`tests/contract/stores.py`), conditions of transactions and their order included, so that what holds
over it holds over DynamoDB.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.adapters.records import trails
from chalicelib.adapters.records.cursors import cursor_at, place_of
from chalicelib.adapters.records.items import (
    created_key,
    due_partition,
    notice_partition,
    notice_shard,
    owner_link,
    owner_status,
    owner_type,
    watch_partition,
)
from chalicelib.adapters.records.trails import NOTHING
from chalicelib.domain import clock, ids
from chalicelib.domain.billing.intervals import Interval, Price
from chalicelib.domain.errors import Stale
from chalicelib.domain.notices.rules import rule_of
from chalicelib.domain.traffic import Part, Taken
from chalicelib.ports.ledger import Enter
from chalicelib.ports.payment_notes import Note
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
from chalicelib.ports.route_writes import CertificateKey, SetCertificate, SetChallenge
from chalicelib.ports.runs import ToldUntil
from chalicelib.ports.secrets import mark_of
from chalicelib.runtime import wiring
from tests.fakes.outbox import Waiting
from tests.fakes.record_items import Item, changed, copied, holds, is_key, record_in
from tests.fakes.record_writes import plan_of
from tests.fakes.route_writes import Route

Columns = tuple[tuple[str, str], ...]


@dataclass
class FakeRecords:
    """Everything of one installation, in dictionaries."""

    now: Callable[[], str] = wiring.now
    items: dict[str, Item] = field(default_factory=dict)
    holders: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    counts: dict[str, float] = field(default_factory=dict)
    entries: dict[str, list[JournalEntry]] = field(default_factory=dict)
    unheard: set[tuple[str, str]] = field(default_factory=set)
    """Entries that people are to be told of, by entity and id."""
    timelines: dict[tuple[str, int], Timeline] = field(default_factory=dict)
    outbox: Waiting = field(default_factory=Waiting)
    transactions: dict[tuple[str, str], Enter] = field(default_factory=dict)
    payment_notes: dict[tuple[str, str], Note] = field(default_factory=dict)
    runs: dict[tuple[str, str], Interval] = field(default_factory=dict)
    accounts: set[str] = field(default_factory=set)
    told_until: dict[str, ToldUntil] = field(default_factory=dict)
    prices: dict[tuple[str, int], Price] = field(default_factory=dict)
    taken: dict[tuple[str, str], Taken] = field(default_factory=dict)
    parts: dict[str, set[Part]] = field(default_factory=dict)
    routes: dict[str, Route] = field(default_factory=dict)
    route_changes: dict[str, int] = field(default_factory=dict)
    certificates: dict[str, SetCertificate] = field(default_factory=dict)
    challenges: dict[str, SetChallenge] = field(default_factory=dict)
    lock: Any = field(default_factory=threading.RLock)
    told: int = 0

    # Reading entities -------------------------------------------------------------------------

    def get(self, record_id: str) -> Record | None:
        item = self.items.get(record_id)
        return None if item is None else record_in(item)

    def get_many(self, record_ids: tuple[str, ...]) -> dict[str, Record]:
        return {
            record_id: record_in(self.items[record_id])
            for record_id in dict.fromkeys(record_ids)
            if record_id in self.items
        }

    def select(
        self,
        selection: Selection,
        *,
        limit: int,
        after: str | None,
        before: str | None,
        oldest_first: bool = False,
    ) -> Page:
        backwards = before is not None
        place = None
        if after is not None:
            place = place_of(after, parameter="page[after]")[0]
        elif before is not None:
            place = place_of(before, parameter="page[before]")[0]
        ascending = backwards != oldest_first
        found = {
            item["id"]: item
            for column, key in self._indexes(selection)
            for item in self.items.values()
            if item.get(column) == key
        }
        records = sorted((record_in(one) for one in found.values()), key=created_key)
        if not ascending:
            records.reverse()
        if place is not None:
            records = [
                one
                for one in records
                if (created_key(one) > place if ascending else created_key(one) < place)
            ]
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

    def _indexes(self, selection: Selection) -> Columns:
        """The columns, with their values, of the records that make up a list."""
        kind, owner = selection.type, selection.owner
        if owner is None:
            if selection.node is not None:
                return (("node", selection.node),)
            if selection.parent is not None:
                return (("parent", selection.parent),)
            return (("public_type", kind),)
        if selection.node is not None:
            own = ("owner_node", owner_link(kind, owner, selection.node))
        elif selection.parent is not None:
            own = ("owner_parent", owner_link(kind, owner, selection.parent))
        elif selection.status:
            own = ("owner_status", owner_status(kind, owner, selection.status))
        else:
            own = ("owner_type", owner_type(kind, owner))
        return (own, ("public_type", kind)) if selection.public else (own,)

    def working(self, *, limit: int) -> tuple[Record, ...]:
        found = [item for item in self.items.values() if item.get("work_shard")]
        found.sort(key=lambda item: item["work_since"])
        return tuple(record_in(item) for item in found[:limit])

    def sealed_under(self, key: str, *, before: int, limit: int) -> tuple[str, ...]:
        found = [
            item
            for item in self.items.values()
            if item.get("seal_key") == key and item["sealed_at"] < before
        ]
        found.sort(key=lambda item: item["sealed_at"])
        return tuple(item["id"] for item in found[:limit])

    def certificate_keys(self, under: tuple[str, ...], *, limit: int) -> tuple[CertificateKey, ...]:
        found = [
            CertificateKey(one.host, one.key, one.bound_to)
            for _, one in sorted(self.certificates.items())
            if (mark := mark_of(one.key)) and mark.key in under
        ]
        return tuple(found[:limit])

    def watched(
        self, type_name: str, shard: int, *, after: str = "", limit: int
    ) -> tuple[str, ...]:
        key = watch_partition(type_name, shard)
        found = (item["id"] for item in self.items.values() if item.get("watch_shard") == key)
        return tuple(sorted(one for one in found if one > after)[:limit])

    def due(
        self, type_name: str, shard: int, *, before: str, limit: int, after: str = ""
    ) -> dict[str, str]:
        key = due_partition(type_name, shard)
        found = sorted(
            (item["due_at"], item["id"])
            for item in self.items.values()
            if item.get("due_shard") == key and after <= item["due_at"] <= before
        )
        return {one: at for at, one in found[:limit]}

    # Writing ----------------------------------------------------------------------------------

    def commit(self, *writes: Write) -> None:
        with self.lock:
            for write in plan_of(self, writes):
                write()

    def change(self, change: Change) -> Record:
        with self.lock:
            before = self.items.get(change.of.id)
            if before is None or not holds(before, change):
                raise Stale(f"{change.of.id} changed meanwhile.")
            self.items[change.of.id] = after = changed(before, change, self.now())
            return record_in(after)

    # Reservations and counters ----------------------------------------------------------------

    def reservation(self, key: str) -> dict[str, Any] | None:
        held = self.holders.get(key)
        return None if held is None else {"holder": held[0], **copied(held[1])}

    def reservations(self, prefix: str, keys: tuple[str, ...]) -> dict[str, str]:
        return {key: self.holders[prefix + key][0] for key in keys if prefix + key in self.holders}

    def counter(self, key: str) -> float:
        return float(self.counts.get(key, 0))

    def counters(self, keys: tuple[str, ...]) -> dict[str, float]:
        return {key: float(self.counts.get(key, 0)) for key in keys}

    # What is told -----------------------------------------------------------------------------

    def journal(
        self, entity: str, *, limit: int, names: tuple[str, ...] = ()
    ) -> tuple[JournalEntry, ...]:
        told = sorted(self.entries.get(entity, ()), key=lambda entry: entry.id, reverse=True)
        return tuple([one for one in told if not names or one.name in names][:limit])

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
        low, high = trails.bounds_of(span)
        if not is_key(account if entity is None else entity) or low > high:
            return NOTHING
        forward = before is not None
        place = trails._place(after, before, low, high)
        told = sorted(self._told(account, entity), key=lambda one: (one.id, one.entity))
        told = [one for one in told if low <= one.id <= high and (not kinds or one.type in kinds)]
        if place is not None:
            told = [
                one
                for one in told
                if ((one.id, one.entity) > place if forward else (one.id, one.entity) < place)
            ]
        if not forward:
            told.reverse()
        more, told = len(told) > limit, told[:limit]
        if forward:
            told.reverse()
        if not told or any(one.account != account for one in told):
            return NOTHING
        older, newer = (True, more) if forward else (more, after is not None)
        return Trail(
            tuple(told),
            after=trails._cursor(told[-1]) if older else None,
            before=trails._cursor(told[0]) if newer else None,
        )

    def _told(self, account: str, entity: str | None) -> Iterator[JournalEntry]:
        if entity is not None:
            yield from self.entries.get(entity, ())
            return
        for entries in self.entries.values():
            yield from (entry for entry in entries if entry.account == account)

    def tell(self, entry: Journal) -> None:
        self.told += 1
        milliseconds = round(clock.moment_of(self.now()).timestamp() * 1000)
        told = JournalEntry(
            id=ids.time_ordered("evt_", milliseconds, self.told.to_bytes(4, "big")),
            entity=entry.entity,
            type=entry.type,
            account=entry.account,
            name=entry.name,
            at=entry.at,
            actor=entry.actor,
            data=copied(entry.data),
        )
        self.entries.setdefault(entry.entity, []).append(told)
        if rule_of(entry.type, entry.name, entry.data) is not None:
            self.unheard.add((entry.entity, told.id))

    def untold(self, shard: int, *, limit: int) -> tuple[JournalEntry, ...]:
        found = [
            entry
            for entries in self.entries.values()
            for entry in entries
            if (entry.entity, entry.id) in self.unheard
            and notice_shard(entry.entity) == notice_partition(shard)
        ]
        return tuple(sorted(found, key=lambda entry: entry.id)[:limit])

    # Timelines --------------------------------------------------------------------------------

    def timeline(self, entity: str, generation: int) -> Timeline | None:
        return self.timelines.get((entity, generation))

    def mark_step(self, entity: str, generation: int, step: TimelineStep) -> None:
        with self.lock:
            known = self._known(entity, generation)
            others = {one.name: one for one in known.steps}
            if step.name in others:
                began = others[step.name].started_at or step.started_at
                step = replace(step, started_at=began)
            others[step.name] = step
            ordered = sorted(others.values(), key=lambda one: (one.started_at or "", one.name))
            self.timelines[entity, generation] = replace(
                known,
                steps=tuple(ordered),
                went_wrong=known.went_wrong or step.state == "failed",
            )

    def _known(self, entity: str, generation: int) -> Timeline:
        known = self.timelines.get((entity, generation))
        if known is None:
            raise Stale(f"There is no work {generation} of {entity}.")
        return known
