"""What is told beside entities — journal, timelines, usage, traffic — as operations."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from functools import singledispatchmethod
from typing import Any

from chalicelib.adapters.records.items import account_type, notice_shard, timeline_sort
from chalicelib.adapters.records.ledger import enter
from chalicelib.adapters.records.operations import Operation
from chalicelib.adapters.records.outbox import outbox_item
from chalicelib.adapters.records.payment_notes import note_payment
from chalicelib.adapters.records.routings import Router
from chalicelib.adapters.records.runs import operations_of
from chalicelib.adapters.records.tables import Tables
from chalicelib.adapters.records.traffic import take_traffic
from chalicelib.domain import ids
from chalicelib.domain.notices.rules import rule_of
from chalicelib.ports.ledger import Enter
from chalicelib.ports.payment_notes import NotePayment
from chalicelib.ports.records import (
    Heard,
    Journal,
    OpenTimeline,
    TakeTraffic,
    Usage,
    Write,
)
from chalicelib.ports.runs import RunWrite

JOURNAL_DAYS = 90


class Teller:
    """Turns what is told into operations on one installation's tables."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.router = Router(tables)

    @singledispatchmethod
    def operations(self, write: Write) -> Iterator[Operation]:
        """Yield the operations that make up one write."""
        yield from self.router.operations(write)

    @operations.register
    def _journal(self, write: Journal) -> Iterator[Operation]:
        yield Operation("put", self.journal_item(write))

    def journal_item(self, write: Journal) -> Any:
        """Make the item of one journal entry; its key sorts by time."""
        milliseconds = time.time_ns() // 1_000_000
        is_for_people = rule_of(write.type, write.name, write.data) is not None
        return self.tables.journal(
            write.entity,
            ids.time_ordered("evt_", milliseconds, secrets.token_bytes(4)),
            type=write.type,
            account=write.account,
            account_type=account_type(write.account, write.type),
            name=write.name,
            at=write.at,
            actor=write.actor,
            data=write.data,
            notice_shard=notice_shard(write.entity) if is_for_people else None,
            expires_at=milliseconds // 1000 + JOURNAL_DAYS * 86400,
        )

    @operations.register
    def _heard(self, write: Heard) -> Iterator[Operation]:
        table = self.tables.journal
        yield Operation(
            "update",
            table(write.entity, write.entry),
            actions=(table.notice_shard.remove(),),
            # An entry is forgotten after its time, and is not to be made anew by this.
            condition=table.entity.exists(),
        )

    @operations.register
    def _enter(self, write: Enter) -> Iterator[Operation]:
        yield from enter(self.tables, write)

    @operations.register
    def _note_payment(self, write: NotePayment) -> Iterator[Operation]:
        yield from note_payment(self.tables.payments, write)

    @operations.register
    def _run(self, write: RunWrite) -> Iterator[Operation]:
        yield from operations_of(self.tables, write)

    @operations.register
    def _take_traffic(self, write: TakeTraffic) -> Iterator[Operation]:
        yield from take_traffic(self.tables.journal, write)

    @operations.register
    def _open_timeline(self, write: OpenTimeline) -> Iterator[Operation]:
        table = self.tables.journal
        data = {
            "generation": write.work.generation,
            "kind": write.work.kind,
            "execution": write.work.execution,
        }
        yield Operation(
            "put",
            table(
                write.entity,
                timeline_sort(write.work.generation),
                name="timeline",
                at=write.at,
                data=data,
                steps={},
                begun={},
            ),
            condition=table.entity.does_not_exist(),
        )

    @operations.register
    def _usage(self, write: Usage) -> Iterator[Operation]:
        table = self.tables.usage
        yield Operation("put", outbox_item(table, write), condition=table.shard.does_not_exist())
