"""The outbox of usage events: `chalicelib.ports.outbox.Outbox` made real."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from chalicelib.adapters.records import transactions
from chalicelib.adapters.records.items import is_key
from chalicelib.adapters.records.operations import Operation
from chalicelib.adapters.records.patience import patient
from chalicelib.adapters.records.tables import Tables
from chalicelib.adapters.records.trails import bounds_of
from chalicelib.domain.errors import BadRequest
from chalicelib.ports.metering import Rejection
from chalicelib.ports.outbox import MOST_READ, OUTBOX_SHARDS, ToldUsage, UsagePage
from chalicelib.ports.records import ALWAYS, Span, Usage

MOVES = 50
"""Events that one transaction moves: two operations each, of a hundred."""
_CURSOR = re.compile(r"evt_[0-9a-f]{20,28}")
Place = tuple[str, str]
"""A partition of the table, or of its index by mark: `shard` or `mark`, and its key."""


def shard_of(user: str) -> int:
    """The part of the outbox that an account's events wait in."""
    return int(sha256(user.encode()).hexdigest(), 16) % OUTBOX_SHARDS


def outbox_item(table: Any, usage: Usage) -> Any:
    """The item of an event that waits."""
    mark = f"undelivered#{usage.user}"
    return table(_waits_in(usage.user), usage.id, mark=mark, **_fields(usage))


class DynamoOutbox:
    """The usage events of one installation."""

    def __init__(self, tables: Tables) -> None:
        self.table = tables.usage

    @patient
    def waiting(self, shard: int, *, after: str = "", limit: int) -> tuple[Usage, ...]:
        """Read one page of a shard."""
        behind = self.table.sort > after if after else None
        key = f"outbox#{shard}"
        found = self.table.query(key, behind, consistent_read=True, limit=limit, page_size=limit)
        return tuple(_usage_of(item) for item in found)

    @patient
    def deliver(self, events: Sequence[Usage], *, at: str) -> None:
        """Move them, fifty in a transaction."""
        for first in range(0, len(events), MOVES):
            some = events[first : first + MOVES]
            self._commit(op for event in some for op in self._move(event, judged_at=at))

    @patient
    def reject(self, event: Usage, rejection: Rejection, *, at: str) -> None:
        """Move it, with the reason."""
        reason = {"code": rejection.code, "detail": rejection.detail}
        mark = f"rejected#{event.user}"
        self._commit(self._move(event, judged_at=at, mark=mark, **reason))

    def _commit(self, operations: Iterator[Operation]) -> None:
        transactions.commit(self.table._get_connection().connection, list(operations))

    def _move(self, event: Usage, **verdict: str) -> Iterator[Operation]:
        """Take it away there and put it here; neither is done where it does not wait."""
        waits = self.table(_waits_in(event.user), event.id)
        judged = self.table(_owned_by(event.user), event.id, **_fields(event), **verdict)
        there = self.table.shard.exists()
        yield Operation("delete", waits, condition=there, part_of=event.id)
        yield Operation("put", judged, part_of=event.id)

    @patient
    def told(
        self,
        owner: str,
        *,
        status: str | None = None,
        event: str | None = None,
        resource: str | None = None,
        span: Span = ALWAYS,
        limit: int,
        after: str | None = None,
        before: str | None = None,
    ) -> UsagePage:
        """Read one page: a query for each place that holds events which are asked for."""
        choice = Choice(event, resource)
        most = max(limit, MOST_READ) if choice.is_narrow else limit
        start, backwards = _start(after, before), before is not None
        low, high = _bounds(span, start, backwards=backwards)
        if not is_key(owner) or low > high:
            return UsagePage((), None, None)
        found = {
            item.sort: _told_of(item)
            for place in _places(owner, status)
            for item in self._page(place, (low, high), forward=backwards, limit=most + 2)
            if item.sort != start
        }
        walked = [found[one] for one in sorted(found, reverse=not backwards)]
        return page_of(walked, choice, limit=limit, most=most, after=after, before=before)

    def _page(self, place: Place, bounds: tuple[str, str], *, forward: bool, limit: int) -> Any:
        """Read a place between two ids, one more than is wanted and one that may be the cursor."""
        kind, key = place
        by_mark = kind == "mark"
        return (self.table.by_mark if by_mark else self.table).query(
            key,
            self.table.sort.between(*bounds),
            consistent_read=not by_mark,
            scan_index_forward=forward,
            limit=limit,
            page_size=limit,
        )


@dataclass(frozen=True)
class Choice:
    """Which events a page is of, where it is not of all."""

    event: str | None
    resource: str | None

    @property
    def is_narrow(self) -> bool:
        """Whether events may be passed over."""
        return self.event is not None or self.resource is not None

    def holds(self, told: ToldUsage) -> bool:
        """Whether an event is one of them."""
        usage = told.usage
        return self.event in {None, usage.event} and self.resource in {None, usage.resource}


def page_of(
    walked: Sequence[ToldUsage],
    choice: Choice,
    *,
    limit: int,
    most: int,
    after: str | None,
    before: str | None,
) -> UsagePage:
    """Make a page of events in the order in which they were walked; its ends are where it looked.

    `walked` holds one more than `most` where others follow.
    """
    seen, more, shown = list(walked[:most]), len(walked) > most, list[ToldUsage]()
    for place, told in enumerate(seen):
        if not choice.holds(told):
            continue
        if len(shown) == limit:
            seen, more = seen[:place], True
            break
        shown.append(told)
    if not seen:
        return UsagePage((), None, None)
    first, last = seen[0].usage.id, seen[-1].usage.id
    if before is not None:
        return UsagePage(tuple(reversed(shown)), after=first, before=last if more else None)
    return UsagePage(
        tuple(shown),
        after=last if more else None,
        before=first if after is not None else None,
    )


def _bounds(span: Span, start: str | None, *, backwards: bool) -> tuple[str, str]:
    """The ids between which the events of a span lie, from a cursor on."""
    low, high = bounds_of(span)
    if start is not None:
        low, high = (max(low, start), high) if backwards else (low, min(high, start))
    return low, high


def _places(owner: str, status: str | None) -> tuple[Place, ...]:
    if status is not None:
        return (("mark", f"{status}#{owner}"),)
    return (("mark", f"undelivered#{owner}"), ("shard", _owned_by(owner)))


def _start(after: str | None, before: str | None) -> str | None:
    """The id that a cursor is. Raises `BadRequest` naming the query word."""
    cursor = after if after is not None else before
    if cursor is not None and not _CURSOR.fullmatch(cursor):
        detail = "This cursor is not one of ours; take it from links.next or links.prev."
        raise BadRequest(detail, parameter="page[after]" if after is not None else "page[before]")
    return cursor


def _waits_in(user: str) -> str:
    return f"outbox#{shard_of(user)}"


def _owned_by(user: str) -> str:
    return f"usage#{user}"


def _fields(usage: Usage) -> dict[str, Any]:
    return {
        "user": usage.user,
        "event": usage.event,
        "resource": usage.resource,
        "resource_type": usage.resource_type,
        "at": usage.at,
        "quantity": usage.quantity,
        "metadata": usage.metadata,
    }


def _usage_of(item: Any) -> Usage:
    return Usage(
        id=item.sort,
        user=item.user,
        event=item.event,
        resource=item.resource,
        resource_type=item.resource_type,
        at=item.at,
        quantity=item.quantity,
        metadata=item.metadata.as_dict(),
    )


def _told_of(item: Any) -> ToldUsage:
    refused = Rejection(item.code, item.detail or "") if item.code else None
    return ToldUsage(_usage_of(item), item.judged_at, refused)
