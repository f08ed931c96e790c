"""The gateway's meter: what usage events are reported to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.ports.records import Usage

MOST = 1000
"""Events that one report holds at most."""
DUPLICATE = "duplicate_event"
"""The code of an event that was counted before."""
UNTIMELY = "invalid_timestamp"
"""The code of an event that lies in the future of the meter's clock, or too far in its past."""
PROBE = "custom.hoster_probe"
"""The kind of the events that are reported only to have another one judged by itself."""


@dataclass(frozen=True)
class Rejection:
    """Why an event is not counted: the gateway's code, and its own words."""

    code: str
    detail: str


class Meter(Protocol):
    """The meter takes one report at a time: a second one beside it may end the gateway.

    It knows in memory which ids it has counted. After a restart of the gateway a report that
    holds an id which was counted before is lost as a whole, although it is answered as taken.
    """

    def report(self, events: Sequence[Usage]) -> Mapping[str, Rejection]:
        """Report events; returns those that are not counted, by id. All others are.

        Raises `NoneCounted` when the meter counted none and does not say of each why, and
        `ReportRefused` when it cannot read what was sent; neither counts anything. Raises
        `MeterUnavailable` when nothing was counted and trying later helps, and `MeterInDoubt`
        when nobody knows what was counted. Both may say in `retry_after` when to come again.
        """
