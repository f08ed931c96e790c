"""Whose turn it is to report usage, and what runs tell each other, in one small record.

One run at a time holds it, for longer than its function may live, so that the gateway's meter is
never asked by two. Every write demands the version that was read: who lost its turn notices.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Literal

from chalicelib.domain import clock
from chalicelib.domain.errors import Stale
from chalicelib.ports.records import Change, Create, Record
from chalicelib.services.tools import Tools

STATE = "metering"
TURN_SECONDS = 65.0
LONGEST_PAUSE = 900.0
"""Seconds after which a meter that fails is tried again at the latest, if it does not say more."""
LONGEST_ASKED = 86_400.0
"""The longest pause that the meter may ask for."""


@dataclass
class Turn:
    """The turn of one run. Each of its writes raises `Stale` when another run took over."""

    tools: Tools
    record: Record
    doubtful: dict[str, int] = field(init=False)
    """Events that may have been counted, by id: how often each failed although the meter works."""
    failures: int = field(init=False)
    """Runs in a row that ended because the meter failed."""

    def __post_init__(self) -> None:
        """Read what the last run left."""
        known = self.record.attributes
        self.doubtful = {one: int(tries) for one, tries in (known.get("doubtful") or {}).items()}
        self.failures = int(known.get("failures") or 0)

    @property
    def is_restored(self) -> bool:
        """Whether the store is older than what was reported from it: all in it is in doubt."""
        return self.tools.settings().epoch > int(self.record.attributes.get("epoch") or 0)

    def send(self, events: Iterable[str]) -> None:
        """Write down what is about to be sent."""
        self.doubtful |= dict.fromkeys(events, 0)
        self._write()

    def end(self, *, complete: bool) -> None:
        """Let the next run begin; it is `complete` when nothing in the outbox was left out."""
        epoch = {"epoch": self.tools.settings().epoch} if complete else {}
        self._write(held_until="", not_before="", failures=0, **epoch)

    def pause(self, asked: int | None, *, has_worked: bool) -> None:
        """Have nobody ask the meter for a while, longer each time that it fails again."""
        failures = 1 if has_worked else self.failures + 1
        longest = min(LONGEST_PAUSE, 2.0 ** min(failures, 20))
        seconds = longest * random.uniform(0.5, 1)  # noqa: S311 - no secret
        seconds = max(seconds, min(asked or 0, LONGEST_ASKED))
        not_before = _later(self.tools.now(), seconds)
        self._write(held_until="", not_before=not_before, failures=failures)

    def _write(self, **fields: object) -> None:
        change = Change(
            of=self.record,
            attributes={"doubtful": self.doubtful, **fields},
            if_version=self.record.version,
        )
        self.record = self.tools.records().change(change)


def take_turn(tools: Tools) -> Turn | Literal["busy", "paused"]:
    """Begin a turn, unless another run has its own, or the meter is left alone for a while."""
    record, now = tools.records().get(STATE) or _first(tools), tools.now()
    if now < str(record.attributes.get("held_until") or ""):
        return "busy"
    if now < str(record.attributes.get("not_before") or ""):
        return "paused"
    held = {"held_until": _later(now, TURN_SECONDS)}
    try:
        taken = tools.records().change(
            Change(of=record, attributes=held, if_version=record.version)
        )
    except Stale:
        return "busy"
    return Turn(tools, taken)


def _first(tools: Tools) -> Record:
    """Make the record; of an installation that never reported, nothing is in doubt."""
    now = tools.now()
    made = Record(STATE, "reporters", "hoster", "present", now, now)
    made = replace(made, attributes={"epoch": tools.settings().epoch, "doubtful": {}})
    try:
        tools.records().commit(Create(made))
    except Stale:
        return tools.records().get(STATE) or made
    return made


def _later(now: str, seconds: float) -> str:
    return clock.text_of(clock.moment_of(now) + timedelta(seconds=seconds))
