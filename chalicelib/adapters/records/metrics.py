"""The history of use in the journal's table: `chalicelib.ports.metrics.Metrics` made real.

Five minutes of samples are one item, and so are six hours of slices. Each entry is packed by
itself and put into a set, so that a write needs to know nothing of what is there: the item is made
by its first entry, and an entry that comes twice is there once.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

from chalicelib.adapters.records.patience import patient
from chalicelib.adapters.records.tables import Tables
from chalicelib.domain.metrics import Sample, Slice
from chalicelib.domain.packing import pack_sample, pack_slice, unpack_sample, unpack_slice

MINUTES, MINUTES_WINDOW = "minutes", 300
QUARTERS, QUARTERS_WINDOW = "quarters", 6 * 3600
"""Kinds of items, and how many seconds one of them spans."""

MINUTES_KEPT = 25 * 3600
QUARTERS_KEPT = 31 * 86_400
"""Seconds that an item is kept after its end."""

QUARTER_AND_BEFORE = 4
"""Items that hold 15 minutes of samples and the one before them."""


class DynamoMetrics:
    """What the deployments of one installation use."""

    def __init__(self, tables: Tables) -> None:
        self.table = tables.journal

    @patient
    def add_sample(self, deployment_id: str, sample: Sample) -> bool:
        """Keep a sample; returns whether it is the first one of its item."""
        window = _window(sample.at, MINUTES_WINDOW)
        entry = pack_sample(sample, window)
        until = window + MINUTES_WINDOW + MINUTES_KEPT
        return self._add(deployment_id, _key(MINUTES, window), entry, until) == 1

    @patient
    def samples(self, deployment_id: str, *, since: int, until: int) -> tuple[Sample, ...]:
        """Read the samples of a span."""
        first, last = _key(MINUTES, _window(since, MINUTES_WINDOW)), _key(MINUTES, until - 1)
        items = self.table.query(deployment_id, self.table.sort.between(first, last))
        return tuple(one for one in _samples(items) if since <= one.at < until)

    @patient
    def samples_before(self, deployment_id: str, moment: int) -> tuple[Sample, ...]:
        """Read the last few items before the one of a moment."""
        first, last = _key(MINUTES, 0), _key(MINUTES, _window(moment, MINUTES_WINDOW) - 1)
        items = self.table.query(
            deployment_id,
            self.table.sort.between(first, last),
            scan_index_forward=False,
            limit=QUARTER_AND_BEFORE,
        )
        return tuple(_samples(items))

    @patient
    def add_slice(self, deployment_id: str, part: Slice) -> None:
        """Keep a slice."""
        window = _window(part.at, QUARTERS_WINDOW)
        entry = pack_slice(part, window)
        until = window + QUARTERS_WINDOW + QUARTERS_KEPT
        self._add(deployment_id, _key(QUARTERS, window), entry, until)

    @patient
    def slices(self, deployment_id: str, *, since: int, until: int) -> tuple[Slice, ...]:
        """Read the slices of a span; of two of one time, the one that covers more counts."""
        first, last = _key(QUARTERS, _window(since, QUARTERS_WINDOW)), _key(QUARTERS, until - 1)
        items = self.table.query(deployment_id, self.table.sort.between(first, last))
        found: dict[int, Slice] = {}
        for part in sorted(
            (unpack_slice(entry, window) for entry, window in _entries(items)), key=_covered
        ):
            if since <= part.at < until:
                found[part.at] = part
        return tuple(found[at] for at in sorted(found))

    def _add(self, deployment_id: str, sort: str, entry: bytes, until: int) -> int:
        """Put an entry into an item; returns how many it holds then."""
        item = self.table(deployment_id, sort)
        item.update(actions=[self.table.packed.add({entry}), self.table.expires_at.set(until)])
        return len(item.packed)


def _window(at: int, seconds: int) -> int:
    return at - at % seconds


def _key(kind: str, at: int) -> str:
    """The sort key of an item, or of a moment among items; keys of a kind sort by time."""
    return f"{kind}#{at:010d}"


def _entries(items: Iterable[Any]) -> Iterable[tuple[bytes, int]]:
    return chain.from_iterable(
        ((entry, int(item.sort.partition("#")[2])) for entry in item.packed) for item in items
    )


def _samples(items: Iterable[Any]) -> list[Sample]:
    """Unpack samples, oldest first, one a minute: the later one."""
    found = (unpack_sample(entry, window) for entry, window in _entries(items))
    by_minute = {one.at // 60: one for one in sorted(found, key=lambda one: one.at)}
    return list(by_minute.values())


def _covered(part: Slice) -> int:
    return max((use.seconds for use in part.uses.values()), default=0)
