"""One installation's reporter over stores in memory, with a clock and deaths of its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from chalicelib.domain import clock, ids
from chalicelib.domain.errors import MeterInDoubt, MeterUnavailable
from chalicelib.ports.metering import Rejection
from chalicelib.ports.outbox import ToldUsage
from chalicelib.ports.records import Change, Record, Usage
from chalicelib.services.metering.reporting import Report, report_usage
from chalicelib.services.tools import Tools
from tests.fakes.meter import FakeMeter
from tests.fakes.outbox import FakeOutbox
from tests.fakes.records import FakeRecords

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
SECONDS = 90.0


class Died(BaseException):
    """The function ended without another line."""


@dataclass
class Way:
    """The way to the meter: what happens to the next reports, each in a word."""

    meter: FakeMeter
    pass_time: Callable[[float], None]
    fates: list[str] = field(default_factory=list)
    sent: list[tuple[str, ...]] = field(default_factory=list)
    """The ids of each report, whatever became of it."""

    def report(self, events: Sequence[Usage]) -> Mapping[str, Rejection]:
        self.pass_time(0.01)
        self.sent.append(tuple(event.id for event in events))
        fate = self.fates.pop(0) if self.fates else "well"
        match fate:
            case "unreached" | "throttled":
                error = MeterUnavailable("The gateway cannot be reached.")
                error.retry_after = 300 if fate == "throttled" else None
                raise error
            case "dropped":
                raise MeterInDoubt("The gateway did not answer a report.")
            case "dies_before":
                raise Died
            case "restarted":
                self.meter.restart()
        try:
            answer = self.meter.report(events)
        finally:
            if fate == "unanswered_restarted":
                self.meter.restart()
            if fate == "dies_after":
                raise Died
            if fate.startswith("unanswered"):
                raise MeterInDoubt("The gateway did not answer a report.")
        return answer


@dataclass
class Rig:
    """What a reporter is given, and what it left."""

    seconds: float = 0.0
    epoch: int = 1
    dies_at: int | None = None
    """The crossing to a store at which the function dies: even ones before, odd ones after."""
    crossings: int = 0
    store: FakeRecords = field(init=False)
    outbox: FakeOutbox = field(init=False)
    meter: FakeMeter = field(init=False)
    way: Way = field(init=False)
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.store = FakeRecords(self.now)
        self.outbox = FakeOutbox(self.store.outbox)
        self.meter = FakeMeter(self.now)
        self.way = Way(self.meter, self.pass_time)

    def now(self) -> str:
        return clock.text_of(BEGAN + timedelta(seconds=self.seconds))

    def pass_time(self, seconds: float) -> None:
        self.seconds += seconds

    def new_id(self) -> str:
        number = next(self.numbers)
        return ids.time_ordered("evt_", number, number.to_bytes(4, "big"))

    def used(self, user: str, event: str, resource: str, kind: str, **more: str) -> Usage:
        return Usage(self.new_id(), user, event, resource, kind, self.now(), metadata=more)

    def put(self, user: str = "user", **changes: Any) -> Usage:
        """An event that waits."""
        event = self.used(user, "deployment.started", "depl_1", "deployment")
        event = Usage(**{**event.__dict__, **changes})
        self.store.commit(event)
        return event

    def many(self, count: int, user: str = "user") -> list[Usage]:
        return [self.put(user) for _ in range(count)]

    def tools(self) -> Tools:
        given = SimpleNamespace(
            records=lambda: Mortal(self, self.store),
            outbox=lambda: Mortal(self, self.outbox),
            meter=lambda: self.way,
            settings=lambda: SimpleNamespace(epoch=self.epoch),
            now=self.now,
            used=self.used,
        )
        return cast("Tools", given)

    def run(self, *fates: str, seconds: float = SECONDS) -> Report:
        """One run of the schedule, a minute after the last one."""
        self.pass_time(60)
        self.way.fates = list(fates)
        return report_usage(self.tools(), seconds=seconds)

    def run_until_it_dies(self, *fates: str) -> None:
        try:
            self.run(*fates)
        except Died:
            return
        raise AssertionError("it did not die")

    def calm(self) -> list[Report]:
        """Run until nothing waits, for a day at most."""
        self.dies_at, reports = None, list[Report]()
        while self.store.outbox and len(reports) < 1440:
            reports.append(self.run())
        return reports

    def counted(self, event: Usage) -> int:
        """How often the meter counted an event."""
        return sum(row.id == event.id for row in self.meter.rows)

    def told(self, event: Usage) -> ToldUsage:
        return self.outbox.judged.get(event.id) or ToldUsage(event)

    def state(self) -> dict[str, Any]:
        record = self.store.get("metering")
        return record.attributes if record else {}


class Mortal:
    """A store before or after whose calls the function may die; of many moves, half is done."""

    def __init__(self, rig: Rig, store: Any) -> None:
        self.rig = rig
        self.store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def change(self, change: Change) -> Record:
        self._cross()
        done = self.store.change(change)
        self._cross()
        return cast("Record", done)

    def deliver(self, events: Sequence[Usage], *, at: str) -> None:
        middle = len(events) // 2
        self.store.deliver(events[:middle], at=at)
        self._cross()
        self.store.deliver(events[middle:], at=at)
        self._cross()

    def reject(self, event: Usage, rejection: Rejection, *, at: str) -> None:
        self._cross()
        self.store.reject(event, rejection, at=at)
        self._cross()

    def _cross(self) -> None:
        self.rig.crossings += 1
        if self.rig.crossings == self.rig.dies_at:
            raise Died
