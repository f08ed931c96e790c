"""When apps ran and what templates cost since when: what invoices are made of.

The writes are done by the records' commits, with the change that they tell.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.billing.intervals import Interval, Price

ACCOUNT_SHARDS = 8
"""Partitions of the accounts that ever ran anything."""


@dataclass(frozen=True)
class BeginRun:
    """Note that a deployment runs from a moment on: its open run, of which it has one at most.

    `over` is one that was open until now, with its end. Another one that is open is `Stale`.
    """

    run: Interval
    over: Interval | None = None


@dataclass(frozen=True)
class EndRun:
    """Note until when a deployment ran; `run` is its open run with its end.

    The change of the deployment in the same commit takes the run off it, and so keeps an end from
    being told twice.
    """

    run: Interval


@dataclass(frozen=True)
class MarkAccount:
    """Note that an account runs something: who is marked is asked what it ran; once is enough."""

    owner: str


@dataclass(frozen=True)
class SetPrice:
    """Note what a template costs from a moment on; of two prices of one second the later holds."""

    price: Price


@dataclass(frozen=True)
class ToldUntil:
    """How far the meter was told what an account's apps used, in seconds since 1970."""

    until: int = 0
    part_until: int = 0
    """The end of the span that is being told; 0 where none is."""
    part_after: str = ""
    """The last deployment of which that span was told; they are told in order."""


@dataclass(frozen=True)
class MarkTold:
    """Note how far the meter was told what an account's apps used.

    On condition that it was told as far as `before` says, else `Stale`.
    """

    owner: str
    before: ToldUntil
    after: ToldUntil


RunWrite = BeginRun | EndRun | MarkAccount | MarkTold | SetPrice


class Runs(Protocol):
    """What was noted, read consistently. Raises `Unavailable` and `Contended` as records do."""

    def reaching(self, owner: str, *, since: int, until: int) -> tuple[Interval, ...]:
        """Read an account's intervals that reach into a span of seconds since 1970.

        One query, that reads nothing of what ended before the span.
        """

    def open_run(self, owner: str, deployment: str) -> Interval | None:
        """Read the open run of a deployment, if it has one."""

    def prices(self, templates: Collection[str]) -> dict[str, tuple[Price, ...]]:
        """Read all prices of templates, the oldest first; one that was never set has none."""

    def is_known(self, owner: str) -> bool:
        """Whether an account is marked."""

    def told_until(self, owner: str) -> ToldUntil:
        """How far the meter was told what an account's apps used."""

    def accounts(self, shard: int, *, after: str = "", limit: int) -> tuple[str, ...]:
        """Read the next marked accounts of one of `ACCOUNT_SHARDS`, in order."""
