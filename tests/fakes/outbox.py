"""The outbox in memory: `chalicelib.ports.outbox.Outbox` over what the store in memory holds."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from chalicelib.adapters.records.outbox import Choice, _start, page_of, shard_of
from chalicelib.adapters.records.trails import bounds_of
from chalicelib.ports.metering import Rejection
from chalicelib.ports.outbox import MOST_READ, OUTBOX_SHARDS, ToldUsage, UsagePage
from chalicelib.ports.records import ALWAYS, Span, Usage


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
        event: str | None = None,
        resource: str | None = None,
        span: Span = ALWAYS,
        limit: int,
        after: str | None = None,
        before: str | None = None,
    ) -> UsagePage:
        place, choice = _start(after, before), Choice(event, resource)
        known = [*(ToldUsage(event) for event in self.events.values()), *self.judged.values()]
        low, high = bounds_of(span)
        walked = [
            one
            for one in sorted(known, key=lambda one: one.usage.id, reverse=before is None)
            if one.usage.user == owner
            and status in (None, one.status)
            and low <= one.usage.id <= high
        ]
        if place is not None:
            walked = [o for o in walked if (o.usage.id < place if after else o.usage.id > place)]
        most = max(limit, MOST_READ) if choice.is_narrow else limit
        return page_of(walked, choice, limit=limit, most=most, after=after, before=before)
