"""Pages of journal entries: of one account or types of its records by index, or of one entity."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from chalicelib.adapters.records.items import account_type, entry_of, is_key
from chalicelib.domain.errors import BadRequest
from chalicelib.ports.records import JournalEntry, Span, Trail

NOTHING = Trail((), None, None)
PREFIX = "evt_"
AFTER_ALL = "evt_g"
"""Sorts after every entry: what follows the prefix is hexadecimal."""


def read_trail(
    journal: Any,
    account: str,
    entity: str | None,
    span: Span,
    *,
    kinds: tuple[str, ...] = (),
    limit: int,
    after: str | None,
    before: str | None,
) -> Trail:
    """Read one page of an account's entries, or of one entity's or some types', newest first.

    One more entry than the page holds is read, to know whether others follow.
    """
    low, high = bounds_of(span)
    key = account if entity is None else entity
    if not is_key(key) or low > high:
        return NOTHING
    forward = before is not None
    place = _place(after, before, low, high)
    bounds, most = (low, high), limit + 1
    if kinds:
        entries = _of_kinds(
            journal, account, kinds, bounds, place=place, most=most, forward=forward
        )
    else:
        start = _start(place, account, entity)
        entries = _of_one(journal, account, entity, bounds, start=start, most=most, forward=forward)
    return _page(entries, account, limit, forward=forward, is_first=after is None)


def _of_one(
    journal: Any,
    account: str,
    entity: str | None,
    bounds: tuple[str, str],
    *,
    start: dict[str, Any] | None,
    most: int,
    forward: bool,
) -> list[JournalEntry]:
    """Read entries of the account, or of one entity, in one query."""
    query = (journal.by_account if entity is None else journal).query(
        account if entity is None else entity,
        journal.sort.between(*bounds),
        consistent_read=entity is not None,
        scan_index_forward=forward,
        limit=most,
        page_size=most,
        last_evaluated_key=start,
    )
    return [entry_of(item) for item in query]


def _of_kinds(
    journal: Any,
    account: str,
    kinds: tuple[str, ...],
    bounds: tuple[str, str],
    *,
    place: tuple[str, str] | None,
    most: int,
    forward: bool,
) -> list[JournalEntry]:
    """Read entries about some types of records: one query for each type, merged.

    A page goes on at a key, which the types share: the entry of that place is read once more.
    """
    low, high = bounds
    if place is not None:
        low, high = (place[0], high) if forward else (low, place[0])
    found = [
        entry_of(item)
        for kind in kinds
        for item in journal.by_account_type.query(
            account_type(account, kind),
            journal.sort.between(low, high),
            scan_index_forward=forward,
            limit=most + 1,
            page_size=most + 1,
        )
    ]
    found.sort(key=_place_of, reverse=not forward)
    if place is not None:
        found = [
            one for one in found if (_place_of(one) > place) == forward and _place_of(one) != place
        ]
    return found[:most]


def _page(
    entries: list[JournalEntry], account: str, limit: int, *, forward: bool, is_first: bool
) -> Trail:
    """Make a page of entries as they were read, with its cursors."""
    more, entries = len(entries) > limit, entries[:limit]
    if forward:
        entries.reverse()
    if not entries or any(entry.account != account for entry in entries):
        return NOTHING
    older, newer = (True, more) if forward else (more, not is_first)
    return Trail(
        tuple(entries),
        after=_cursor(entries[-1]) if older else None,
        before=_cursor(entries[0]) if newer else None,
    )


def bounds_of(span: Span) -> tuple[str, str]:
    """The ids between which those of a span lie; an id is longer than both."""
    low = PREFIX if span.since is None else f"{PREFIX}{span.since:012x}"
    high = AFTER_ALL if span.until is None else f"{PREFIX}{span.until:012x}"
    return low, high


def _cursor(entry: JournalEntry) -> str:
    """Write the cursor of an entry's place; two entities may have entries of one key."""
    text = json.dumps(_place_of(entry))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place_of(entry: JournalEntry) -> tuple[str, str]:
    return entry.id, entry.entity


def _start(
    place: tuple[str, str] | None, account: str, entity: str | None
) -> dict[str, Any] | None:
    """Where a query goes on: just after the entry at a place."""
    if place is None:
        return None
    sort, told_of = place
    if entity is not None:
        return {"entity": {"S": entity}, "sort": {"S": sort}}
    return {"entity": {"S": told_of}, "sort": {"S": sort}, "account": {"S": account}}


def _place(after: str | None, before: str | None, low: str, high: str) -> tuple[str, str] | None:
    """Read a cursor as key and entity. Raises `BadRequest` naming the query word."""
    cursor = after if after is not None else before
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        sort, entity = json.loads(base64.urlsafe_b64decode(padded))
        if is_key(sort) and is_key(entity) and low <= sort <= high:
            return sort, entity
    except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error):
        pass
    detail = "This cursor is not one of this list's; take it from links.next or links.prev."
    raise BadRequest(detail, parameter="page[after]" if after is not None else "page[before]")
