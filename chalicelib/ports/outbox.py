"""Usage events that wait to be reported, and those that the gateway's meter has judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from chalicelib.ports.metering import Rejection
from chalicelib.ports.records import ALWAYS, Span, Usage

OUTBOX_SHARDS = 8
"""Partitions of the outbox; all events of an account are in one."""

MOST_READ = 500
"""Events that one page of a choice looks through, at most."""
Status = Literal["undelivered", "delivered", "rejected"]


@dataclass(frozen=True)
class ToldUsage:
    """A usage event and what became of it. `judged_at` is RFC 3339 UTC."""

    usage: Usage
    judged_at: str | None = None
    rejection: Rejection | None = None

    @property
    def status(self) -> Status:
        """Whether it waits, is counted, or is refused for good."""
        if self.judged_at is None:
            return "undelivered"
        return "delivered" if self.rejection is None else "rejected"


@dataclass(frozen=True)
class UsagePage:
    """A page of events, newest first; `after` and `before` are cursors or None at the ends.

    A page of a choice may hold fewer than asked for, or none, where `after` or `before` goes on.
    """

    events: tuple[ToldUsage, ...]
    after: str | None
    before: str | None


class Outbox(Protocol):
    """What `Usage` writes put there."""

    def waiting(self, shard: int, *, after: str = "", limit: int) -> tuple[Usage, ...]:
        """Read the next events of a shard, behind the id `after`, in the order of their ids.

        What was moved is never among them.
        """

    def deliver(self, events: Sequence[Usage], *, at: str) -> None:
        """Move events that the meter has counted from the outbox to their owners.

        In transactions of many, each event on condition that it is still there: one that was
        moved before stays as it is.
        """

    def reject(self, event: Usage, rejection: Rejection, *, at: str) -> None:
        """Move an event that is refused for good, with the reason; likewise on condition."""

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
        """Read one page of an account's events, newest first, as they were a moment ago.

        `status` is `undelivered` or `rejected`, None for all; `span` those of a time. With `event`
        or `resource` it holds those alone among the next `MOST_READ` ones. Raises `BadRequest` on a
        cursor that is not ours.
        """
