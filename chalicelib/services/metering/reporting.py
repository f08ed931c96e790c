"""Report usage events to the gateway's meter, so that each is counted once, whatever dies.

Only events that were never sent go together. One whose report got no clear answer goes alone from
then on, beside a fresh probe: the probe is counted, so that the event gets a verdict of its own,
and after a restart of the gateway, which loses every report with an id that was counted before,
nothing is lost with it. What is about to be sent is written down before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.domain import clock
from chalicelib.domain.errors import (
    MeterInDoubt,
    MeterUnavailable,
    NoneCounted,
    ProductError,
    ReportRefused,
    Stale,
)
from chalicelib.ports.metering import DUPLICATE, MOST, PROBE, UNTIMELY, Meter, Rejection
from chalicelib.ports.outbox import OUTBOX_SHARDS, Outbox
from chalicelib.ports.records import Usage
from chalicelib.services.metering.reporting_turns import Turn, take_turn
from chalicelib.services.tools import Tools

MOST_TRIES = 5
"""How often an event may end a run, although the meter works, before it is given up."""
EARLY_SECONDS = 3600.0
"""How long an event may lie in the future of the meter's clock before it is refused for good."""
NOBODY = Rejection("user_not_found", "The gateway does not know this user.")
GIVEN_UP = Rejection(
    "undeliverable",
    f"The gateway gave no clear answer {MOST_TRIES} times, and did for others. It may be counted.",
)
MAYBE = " It was sent before without a clear answer, so that it may be counted."


@dataclass(frozen=True)
class Report:
    """How a run ended; what it delivered, what was refused, and what is left.

    `drained`, `more` for the next run, `failing`, `superseded` by another run, or without a turn:
    `busy` while another run has it, `paused`, or `off`.
    """

    outcome: str
    delivered: int = 0
    rejected: int = 0
    reason: str = ""
    backlog_seconds: int = 0
    """For how long the oldest event waits that is left; 0 when none is."""


def report_usage(tools: Tools, *, seconds: float) -> Report:
    """Report what waits until nothing does, the meter fails or the time is over.

    Returns `off` where no meter is configured: events then wait.
    """
    meter = tools.meter()
    if meter is None:
        return Report("off")
    waits = _backlog_seconds(tools)
    if waits is None:
        return Report("drained")
    turn = take_turn(tools)
    if not isinstance(turn, Turn):
        return Report(turn, backlog_seconds=waits)
    run = _Run(tools, meter, tools.outbox(), turn, seconds)
    outcome, reason = "drained", ""
    try:
        run.drain()
        turn.end(complete=not run.leaves_some)
        outcome = "more" if run.leaves_some else "drained"
    except Stale:
        outcome = "superseded"
    except (MeterUnavailable, MeterInDoubt) as error:
        outcome, reason = _pause(turn, error, has_worked=run.has_worked), error.detail
    left = _backlog_seconds(tools) or 0
    return Report(outcome, run.delivered, run.rejected, reason, left)


def _pause(turn: Turn, error: ProductError, *, has_worked: bool) -> str:
    try:
        turn.pause(error.retry_after, has_worked=has_worked)
    except Stale:
        return "superseded"
    return "failing"


def _backlog_seconds(tools: Tools) -> int | None:
    """For how long the oldest event waits; None when none does."""
    outbox = tools.outbox()
    firsts = (outbox.waiting(shard, limit=1) for shard in range(OUTBOX_SHARDS))
    oldest = min((event.at for first in firsts for event in first), default=None)
    if oldest is None:
        return None
    return max(0, int(clock.seconds_between(oldest, tools.now())))


def _pages(outbox: Outbox) -> Iterator[list[Usage]]:
    """Everything that waits, as much at a time as one report holds, of all shards alike."""
    places = dict.fromkeys(range(OUTBOX_SHARDS), "")
    while places:
        share, found = MOST // len(places), list[Usage]()
        for shard, after in [*places.items()]:
            events = outbox.waiting(shard, after=after, limit=share)
            found += events
            if len(events) < share:
                del places[shard]
            else:
                places[shard] = events[-1].id
        if found:
            yield found


@dataclass
class _Run:
    """One run, in its turn."""

    tools: Tools
    meter: Meter
    outbox: Outbox
    turn: Turn
    seconds: float
    has_worked: bool = False
    """Whether the meter gave a clear answer in this run."""
    leaves_some: bool = False
    """Whether something was left out: the time was over, or too much is in doubt."""
    delivered: int = 0
    rejected: int = 0
    early: set[str] = field(default_factory=set)
    """Events that come too early for the meter's clock, and may have been counted before."""
    began: str = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.tools.now()

    def drain(self) -> None:
        """Report everything, in this order of each page: what is in doubt, then what is fresh.

        Events that ended runs before come last of all: they keep nobody waiting.
        """
        last: list[Usage] = []
        for events in _pages(self.outbox):
            if self.turn.failures and not self.has_worked:
                self._ask_whether_it_works(events[0])
            in_doubt, fresh = self._sorted(events, last)
            self._each_alone(in_doubt, was_sent=True)
            self._together(fresh)
            if self._is_over():
                return
        last.sort(key=lambda one: self.turn.doubtful[one.id])
        self._each_alone(last, was_sent=True)
        if not self.leaves_some:
            self.turn.doubtful = {one: self.turn.doubtful.get(one, 0) for one in self.early}

    def _sorted(
        self, events: Sequence[Usage], last: list[Usage]
    ) -> tuple[list[Usage], list[Usage]]:
        """What is in doubt and what was never sent; what ended runs goes to the `last`."""
        in_doubt, fresh = list[Usage](), list[Usage]()
        for event in events:
            tries = self.turn.doubtful.get(event.id, 0 if self.turn.is_restored else None)
            (fresh if tries is None else last if tries else in_doubt).append(event)
        return in_doubt, fresh

    def _together(self, events: Sequence[Usage]) -> None:
        """Send events that were never sent."""
        if not events or self._is_over():
            return
        if len(self.turn.doubtful) > MOST:
            self.leaves_some = True  # the record holds so many; what is in doubt goes first
            return
        self.turn.send(one.id for one in events)
        try:
            refused = self.meter.report(events)
        except NoneCounted:
            self.has_worked = True
            self._each_alone(events, was_sent=False)
        except ReportRefused as error:
            self._apart(events, error)
        except MeterUnavailable:
            self._forget(events)
            raise
        else:
            self._settle(events, refused)

    def _apart(self, events: Sequence[Usage], error: ReportRefused) -> None:
        """Find the event for which the meter does not take a report: it is in one of the halves."""
        self._forget(events)
        middle = len(events) // 2
        if middle:
            self._together(events[:middle])
            self._together(events[middle:])
        else:
            self._settle(events, {events[0].id: self._unreadable(events[0], error)})

    def _unreadable(self, event: Usage, error: ReportRefused) -> Rejection:
        """Why an event is refused, as the meter reads a probe without it."""
        self._ask_whether_it_works(event)
        return Rejection(error.error_code, error.detail)

    def _ask_whether_it_works(self, event: Usage) -> None:
        """Have a probe alone judged. Raises `MeterUnavailable` when not even that is read."""
        try:
            self._ask([self._probe(event)])
        except ReportRefused as error:
            raise MeterUnavailable(f"The gateway reads no report. {error.detail}") from error

    def _each_alone(self, events: Sequence[Usage], *, was_sent: bool) -> None:
        """Send each event beside a probe."""
        for event in events:
            if self._is_over():
                return
            rejection = self._verdict(event)
            if rejection and rejection.code != DUPLICATE and was_sent:
                rejection = replace(rejection, detail=rejection.detail + MAYBE)
            if was_sent and rejection and _is_early(event, rejection, self.tools.now()):
                self.early.add(event.id)
            else:
                self._settle([event], {event.id: rejection} if rejection else {})

    def _verdict(self, event: Usage) -> Rejection | None:
        """Why the meter does not count an event; None when it does."""
        try:
            refused = self._ask([event, self._probe(event)])
        except ReportRefused as error:
            return self._unreadable(event, error)
        except MeterInDoubt:
            if self.has_worked:
                self._blame(event)
            raise
        # The probe lacks nothing but a user that the gateway knows.
        return NOBODY if refused is None else refused.get(event.id)

    def _ask(self, events: Sequence[Usage]) -> Mapping[str, Rejection] | None:
        """Ask for a clear answer: what is refused, or None when all is."""
        try:
            refused = self.meter.report(events)
        except NoneCounted:
            self.has_worked = True
            return None
        self.has_worked = True
        return refused

    def _probe(self, event: Usage) -> Usage:
        """A fresh event of the same user, for now by the gateway's own clock."""
        probe = self.tools.used(event.user, PROBE, "hoster", "probe")
        return replace(probe, at="", quantity=0.001)

    def _blame(self, event: Usage) -> None:
        """Count that an event ended a run while the meter works; too often, and it is given up."""
        tries = self.turn.doubtful.get(event.id, 0) + 1
        if tries < MOST_TRIES:
            self.turn.doubtful[event.id] = tries
        else:
            self._settle([event], {event.id: GIVEN_UP})

    def _settle(self, events: Sequence[Usage], refused: Mapping[str, Rejection]) -> None:
        """Move what is judged; what only comes too early for the meter's clock goes on waiting."""
        self.has_worked, now = True, self.tools.now()
        counted = [
            one for one in events if one.id not in refused or refused[one.id].code == DUPLICATE
        ]
        self.outbox.deliver(counted, at=now)
        self.delivered += len(counted)
        for event in events:
            rejection = refused.get(event.id)
            if rejection and rejection.code != DUPLICATE and not _is_early(event, rejection, now):
                self.outbox.reject(event, rejection, at=now)
                self.rejected += 1
        self._forget(events)

    def _forget(self, events: Sequence[Usage]) -> None:
        """Take out of doubt what is known to be counted, or not to be."""
        for event in events:
            self.turn.doubtful.pop(event.id, None)

    def _is_over(self) -> bool:
        """Whether the time of this run is over: then what comes is left to the next one."""
        is_over = clock.seconds_between(self.began, self.tools.now()) > self.seconds
        self.leaves_some = self.leaves_some or is_over
        return is_over


def _is_early(event: Usage, rejection: Rejection, now: str) -> bool:
    """Whether the meter's clock may just be behind."""
    is_young = clock.seconds_between(event.at, now) < EARLY_SECONDS
    return rejection.code == UNTIMELY and is_young
