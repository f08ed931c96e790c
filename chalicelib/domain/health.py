"""How an app is, from what its containers look like: the rules of health, of loss and of loops."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

from chalicelib.domain import clock

Health = Literal["healthy", "degraded", "unhealthy", "unreachable", "unknown"]

MAX_RESTARTS = 3
"""More restarts than these are no accident any more."""
LOOP_MINUTES = 5
"""Within these, more than `MAX_RESTARTS` restarts are a loop."""
CONFIRM_SECONDS = 10.0
"""Two looks that are closer to each other count as one."""

ENDED = frozenset({"exited", "dead"})
"""States of a container that Docker starts no more: one that it will start is `restarting`."""
KILLED = 137
"""The status of what was ended by a signal that cannot be refused."""
MISSING = "missing"
"""The state of a container that had to be there and is not."""

Restarts = tuple[str, int]
"""When restarts were seen, RFC 3339 UTC, and how many."""


class Container(Protocol):
    """What the rules look at."""

    @property
    def status(self) -> str:
        """Docker's state of it, or `missing`."""

    @property
    def health(self) -> str:
        """What its own check says: none, starting, healthy or unhealthy."""

    @property
    def restarts(self) -> int:
        """How often Docker restarted it since it was last started on purpose."""

    @property
    def exit_code(self) -> int | None:
        """The status with which it last ended; None while it runs."""

    @property
    def completes(self) -> bool:
        """Whether that it ends is its purpose."""


def container_health(one: Container) -> Health:
    """How a container is; one that completed as it should is healthy."""
    if one.completes and one.status in ENDED and one.exit_code == 0:
        return "healthy"
    if one.status != "running" or one.health == "unhealthy":
        return "unhealthy"
    if one.restarts > MAX_RESTARTS or one.health == "starting":
        return "degraded"
    return "healthy"


def app_health(containers: Iterable[Health]) -> Health:
    """How an app is, from how each of its containers is."""
    found = set(containers)
    if not found:
        return "unknown"
    if found == {"unhealthy"}:
        return "unhealthy"
    return "healthy" if found == {"healthy"} else "degraded"


def is_lost(one: Container) -> bool:
    """Whether a container is gone or has given up: Docker will not bring it back by itself.

    What completes by design may end, and may be cleared away after that.
    """
    return not one.completes and (one.status in ENDED or one.status == MISSING)


def is_confirmed(since: str | None, now: str) -> bool:
    """Whether a loss that an earlier look saw is proven by one at this moment."""
    return since is not None and clock.seconds_between(since, now) >= CONFIRM_SECONDS


def restarts_since(before: int, now: int) -> int:
    """How many restarts came between two counts; Docker counts anew after a start on purpose."""
    return now - before if now >= before else now


def recent(restarts: Sequence[Restarts], now: str) -> tuple[Restarts, ...]:
    """The restarts of the last minutes; older ones make no loop."""
    limit = LOOP_MINUTES * 60
    return tuple((at, count) for at, count in restarts if clock.seconds_between(at, now) < limit)


def loop(restarts: Sequence[Restarts], now: str) -> int:
    """How many restarts of the last minutes make a loop; 0 where they make none."""
    count = sum(count for _, count in recent(restarts, now))
    return count if count > MAX_RESTARTS else 0


def ending(exit_code: int | None) -> str:
    """Say how a container ended.

    The Engine's word about memory is lost where a container is gone before it is read, so that a
    kill is explained by what it most often is.
    """
    if exit_code == KILLED:
        return f"ended with status {KILLED} (killed, most often for want of memory)"
    return f"ended with status {exit_code}"
