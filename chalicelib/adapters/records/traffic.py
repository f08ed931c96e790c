"""What proxies report, in the journal's table: what was taken of each series, and the history.

A series of an app has one item that says what was taken of it, by which a report counts once. The
history lies an hour an item, one packed entry for each report that brought something new.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.adapters.records.operations import Operation
from chalicelib.adapters.records.patience import patient
from chalicelib.adapters.records.tables import Tables
from chalicelib.domain.errors import Stale
from chalicelib.domain.packing import pack_part, unpack_part
from chalicelib.domain.traffic import Part, Taken, traffic_of
from chalicelib.ports.records import TakeTraffic

HOUR = 3600
HISTORY_KEPT = 31 * 86_400
"""Seconds that an hour is kept after its end."""
TAKEN_KEPT = 40 * 86_400
"""Seconds for which it is known what was taken: a series lasts a day, and a report that fails may
wait 18 days in the queues."""


def take_traffic(table: Any, write: TakeTraffic) -> Iterator[Operation]:
    """Remember what was taken, on condition of what was before, and add the part to its hour."""
    taken = write.taken
    known = {"owner": taken.owner, "sequence": taken.sequence, "row": list(taken.traffic.numbers)}
    unchanged = (
        table.entity.does_not_exist()
        if write.after is None
        else table.data["sequence"] == write.after
    )
    yield Operation(
        "update",
        table(write.app, _taken_sort(write.boot)),
        actions=(
            table.data.set(known),
            table.expires_at.set(int(time.time()) + TAKEN_KEPT),
        ),
        condition=unchanged,
        refusal=lambda: Stale(f"Another report of {write.app} was taken meanwhile."),
    )
    hour = write.part.at - write.part.at % HOUR
    yield Operation(
        "update",
        table(write.app, _hour_sort(hour)),
        actions=(
            table.packed.add({pack_part(write.part, hour)}),
            table.expires_at.set(hour + HOUR + HISTORY_KEPT),
        ),
    )


class DynamoTraffic:
    """What the proxies carried for the apps of one installation."""

    def __init__(self, tables: Tables) -> None:
        self.table = tables.journal

    @patient
    def taken(self, boot: str, apps: Sequence[str]) -> dict[str, Taken]:
        """Read consistently what was taken of the apps of a series, a hundred at a time."""
        keys = [(app, _taken_sort(boot)) for app in dict.fromkeys(apps)]
        items = self.table.batch_get(keys, consistent_read=True) if keys else ()
        return {item.entity: _taken_of(item.data.as_dict()) for item in items}

    @patient
    def parts(self, app: str, *, since: int, until: int) -> tuple[Part, ...]:
        """Read what was carried in the hours of a span and the hour after it, in one query."""
        first, last = _hour_sort(since - since % HOUR), _hour_sort(until + HOUR)
        items = self.table.query(app, self.table.sort.between(first, last))
        found = [
            unpack_part(entry, int(item.sort.partition("#")[2]))
            for item in items
            for entry in item.packed
        ]
        return tuple(sorted(found, key=lambda part: part.at))


def _taken_of(known: dict[str, Any]) -> Taken:
    traffic = traffic_of([int(number) for number in known["row"]])
    return Taken(known["owner"], int(known["sequence"]), traffic)


def _taken_sort(boot: str) -> str:
    return f"taken#{boot}"


def _hour_sort(hour: int) -> str:
    return f"traffic#{hour:010d}"
