"""The outbox in memory: `chalicelib.ports.outbox.Outbox` over what the store in memory holds."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from chalicelib.adapters.records.outbox import _start, shard_of
from chalicelib.ports.metering import Rejection
from chalicelib.ports.outbox import OUTBOX_SHARDS, ToldUsage, UsagePage
from chalicelib.ports.records import Usage


class Waiting(dict[str, Usage]):
    """Events by their ids, with the ids of each shard in order.

    Ids of what has gone stay among those of their shard: whoever reads on in order meets each of
    them once at most.
    """

    def __init__(self, events: Iterable[Usage] = ()) -> None:
        super().__init__()
        self.ids: tuple[list[str], ...] = tuple([] for _ in range(OUTBOX_SHARDS))
        for event in events:
            self[event.id] = event

    def __setitem__(self, event_id: str, event: Usage) -> None:
        super().__setitem__(event_id, event)
        ids = self.ids[shard_of(event.user)]
        if ids and ids[-1] > event_id:
            insort(ids, event_id)
        else:
            ids.append(event_id)

    def behind(self, shard: int, after: str, limit: int) -> tuple[Usage, ...]:
        """The next events of a shard."""
        ids, found = self.ids[shard], dict[str, Usage]()
        for place in range(bisect_right(ids, after), len(ids)):
            if len(found) == limit:
                break
            if ids[place] in self:
                found[ids[place]] = self[ids[place]]
        return tuple(found.values())


@dataclass
class FakeOutbox:
    """The usage events of one installation."""

    events: Waiting
    judged: dict[str, ToldUsage] = field(default_factory=dict)

    def waiting(self, shard: int, *, after: str = "", limit: int) -> tuple[Usage, ...]:
        return self.events.behind(shard, after, limit)

    def deliver(self, events: Sequence[Usage], *, at: str) -> None:
        for event in events:
            self._move(ToldUsage(event, at))

    def reject(self, event: Usage, rejection: Rejection, *, at: str) -> None:
        self._move(ToldUsage(event, at, rejection))

    def _move(self, told: ToldUsage) -> None:
        if self.events.pop(told.usage.id, None) is not None:
            self.judged[told.usage.id] = told

    def told(
        self,
        owner: str,
        *,
        status: str | None = None,
        limit: int,
        after: str | None = None,
        before: str | None = None,
    ) -> UsagePage:
        place = _start(after, before)
        known = [*(ToldUsage(event) for event in self.events.values()), *self.judged.values()]
        mine = [
            one
            for one in sorted(known, key=lambda one: one.usage.id, reverse=before is None)
            if one.usage.user == owner and status in (None, one.status)
        ]
        if place is not None:
            mine = [o for o in mine if (o.usage.id < place if after else o.usage.id > place)]
        more, mine = len(mine) > limit, mine[:limit]
        if before:
            mine.reverse()
        if not mine:
            return UsagePage((), None, None)
        older, newer = (True, more) if before else (more, after is not None)
        return UsagePage(
            tuple(mine),
            after=mine[-1].usage.id if older else None,
            before=mine[0].usage.id if newer else None,
        )
