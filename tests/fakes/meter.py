"""The gateway's meter in memory, with its weak points, as the contract tells of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.domain import clock
from chalicelib.domain.errors import MeterInDoubt, NoneCounted, ReportRefused
from chalicelib.ports.metering import DUPLICATE, MOST, UNTIMELY, Rejection
from chalicelib.ports.records import Usage

KINDS = ("deployment.", "custom.")
DAYS = 86_400.0


@dataclass
class FakeMeter:
    """What was counted, in rows, and in memory the ids of what was counted since the start."""

    now: Callable[[], str]
    nobodies: set[str] = field(default_factory=set)
    """Users that the gateway does not know."""
    unreadable: set[str] = field(default_factory=set)
    """Events for which it cannot read a report."""
    reads_nothing: bool = False
    """Whether it, or what stands before it, refuses every report."""
    deadly: set[str] = field(default_factory=set)
    """Events at which it fails, whatever comes with them."""
    rows: list[Usage] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    sent: list[tuple[str, ...]] = field(default_factory=list)
    """The ids of each report."""

    def restart(self) -> None:
        """Forget what was in memory."""
        self.seen.clear()

    def report(self, events: Sequence[Usage]) -> Mapping[str, Rejection]:
        assert 0 < len(events) <= MOST
        ids = [event.id for event in events]
        self.sent.append(tuple(ids))
        if self.deadly.intersection(ids):
            raise MeterInDoubt("The gateway answered a report with 502.")
        if self.reads_nothing or self.unreadable.intersection(ids):
            raise ReportRefused("Invalid JSON body", code="bad_request")
        refused: dict[str, Rejection] = {}
        taken: list[Usage] = []
        for event in events:
            if (fault := self._fault(event)) is None:
                taken.append(event)
                self.seen.add(event.id)
            else:
                refused[event.id] = fault
        if not taken:
            raise NoneCounted("All events failed validation")
        if not any(event.id in self.ids for event in taken):
            self.rows += taken
            self.ids.update(event.id for event in taken)
        return refused

    def _fault(self, event: Usage) -> Rejection | None:
        if not event.event.startswith(KINDS):
            return Rejection("invalid_event_type", f"Unknown event type '{event.event}'")
        if event.id in self.seen:
            return Rejection(DUPLICATE, "Event with this ID already processed")
        if event.user in self.nobodies:
            return Rejection("user_not_found", f"User '{event.user}' does not exist")
        if (untimely := self._untimely(event)) is not None:
            return untimely
        return (
            Rejection("invalid_quantity", "Quantity must be >= 0") if event.quantity < 0 else None
        )

    def _untimely(self, event: Usage) -> Rejection | None:
        age = clock.seconds_between(event.at, self.now()) if event.at else 0.0
        if age < -60:
            return Rejection(UNTIMELY, "Timestamp cannot be in the future")
        if age > 7 * DAYS:
            return Rejection(UNTIMELY, "Timestamp cannot be older than 7 days")
        return None
