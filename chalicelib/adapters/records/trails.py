"""Pages of journal entries: of one account through its index, or of one entity."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from chalicelib.adapters.records.items import entry_of, is_key
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
    limit: int,
    after: str | None,
    before: str | None,
) -> Trail:
    """Read one page of an account's entries, or of one entity's, newest first.

    One more entry than the page holds is read, to know whether others follow.
    """
    low, high = _bounds(span)
    key = account if entity is None else entity
    if not is_key(key) or low > high:
        return NOTHING
    forward = before is not None
    place = _place(after, before, low, high)
    query = (journal.by_account if entity is None else journal).query(
        key,
        journal.sort.between(low, high),
        consistent_read=entity is not None,
        scan_index_forward=forward,
        limit=limit + 1,
        page_size=limit + 1,
        last_evaluated_key=_start(place, account, entity),
    )
    entries = [entry_of(item) for item in query]
    more, entries = len(entries) > limit, entries[:limit]
    if forward:
        entries.reverse()
    if not entries or any(entry.account != account for entry in entries):
        return NOTHING
    older, newer = (True, more) if forward else (more, after is not None)
    return Trail(
        tuple(entries),
        after=_cursor(entries[-1]) if older else None,
        before=_cursor(entries[0]) if newer else None,
    )


def _bounds(span: Span) -> tuple[str, str]:
    """The keys between which the entries of a span lie; an entry's key is longer than both."""
    low = PREFIX if span.since is None else f"{PREFIX}{span.since:012x}"
    high = AFTER_ALL if span.until is None else f"{PREFIX}{span.until:012x}"
    return low, high


def _cursor(entry: JournalEntry) -> str:
    """Write the cursor of an entry's place; two entities may have entries of one key."""
    text = json.dumps([entry.id, entry.entity])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


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
