"""Makes the ids of new records and events, or has a record made under an id chosen before."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from chalicelib.domain import ids

_GIVEN: ContextVar[list[tuple[str | None, str]] | None] = ContextVar("given", default=None)


@contextmanager
def next_id(prefix: str | None, record_id: str) -> Iterator[None]:
    """Have the next record with this prefix made under an id that is chosen already."""
    token = _GIVEN.set([(prefix, record_id)])
    try:
        yield
    finally:
        _GIVEN.reset(token)


def new_id(prefix: str | None) -> str:
    """Make an id for a new record: prefixed, or a UUIDv7 without a prefix."""
    given = _GIVEN.get()
    if given and given[0][0] == prefix:
        return given.pop()[1]
    if prefix is None:
        return ids.uuid7(time.time_ns() // 1_000_000, secrets.token_bytes(10))
    return ids.prefixed(prefix, secrets.token_bytes(8))


def new_event_id() -> str:
    """Make an id whose text sorts by time."""
    return ids.time_ordered("evt_", time.time_ns() // 1_000_000, secrets.token_bytes(4))
