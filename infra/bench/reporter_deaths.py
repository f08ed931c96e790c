"""A reporter that dies where it is told to: before or after anything that it does to the world."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.adapters.records.outbox import DynamoOutbox
from chalicelib.ports.metering import Meter, Rejection
from chalicelib.ports.records import Change, Record, Records, Usage


class Died(BaseException):
    """The function ended without another line."""


@dataclass
class Deaths:
    """Counts what is done; the reporter dies at the crossing `at`, 0 for none."""

    at: int = 0
    crossings: int = 0

    def plan(self, at: int) -> None:
        """Have it die at a crossing from now on."""
        self.at, self.crossings = at, 0

    def around(self, doing: Callable[..., Any], *given: Any) -> Any:
        """Do something that has a crossing before it and one after."""
        self._cross()
        done = doing(*given)
        self._cross()
        return done

    def _cross(self) -> None:
        self.crossings += 1
        if self.crossings == self.at:
            raise Died


@dataclass
class MortalRecords:
    """The store, of what the reporter asks it."""

    records: Records
    deaths: Deaths

    def get(self, record_id: str) -> Record | None:
        """Read."""
        return self.records.get(record_id)

    def commit(self, *writes: Any) -> None:
        """Write."""
        self.deaths.around(self.records.commit, *writes)

    def change(self, change: Change) -> Record:
        """Write one."""
        changed: Record = self.deaths.around(self.records.change, change)
        return changed


class MortalOutbox(DynamoOutbox):
    """The outbox, in which each transaction is a thing that is done."""

    def __init__(self, tables: Any, deaths: Deaths) -> None:
        super().__init__(tables)
        self.deaths = deaths

    def _commit(self, operations: Any) -> None:
        self.deaths.around(super()._commit, operations)


@dataclass
class MortalMeter:
    """The meter: who dies after it was asked never hears the answer."""

    meter: Meter
    deaths: Deaths

    def report(self, events: Sequence[Usage]) -> Mapping[str, Rejection]:
        """Report."""
        answer: Mapping[str, Rejection] = self.deaths.around(self.meter.report, events)
        return answer
