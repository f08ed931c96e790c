"""When a customer's name is looked at again, and what becomes of it by what was seen."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from chalicelib.domain import clock

Seen = Literal["proven", "unproven", "unknown", "unheard"]
"""What a look at a name's records showed; unknown where its servers could not be asked, unheard
where nobody's could, since our own name servers do not answer."""
Status = Literal["pending", "verified", "failing", "unrouted", "failed"]

MINUTE, HOUR, DAY = 60, 3600, 86_400
FIRST, SLOWEST = MINUTE, 6 * HOUR
PENDING_DAYS = 7
"""How long an addition waits for its proof before it has failed."""
UNROUTED_DAYS = 30
"""How long a name that was unrouted is still looked at."""
DOUBTS = 3
"""How many looks in a row that could see nothing make a verified name failing."""
DOUBT = 10 * MINUTE
UNHEARD = 5 * MINUTE
HOLDING = frozenset({"verified", "failing"})
"""The states in which a name is its tenant's, and leads to the app."""


@dataclass(frozen=True)
class Standing:
    """How a name stands before a look. Times are RFC 3339 UTC."""

    status: Status
    since: str
    """Since when it is in this state."""
    looks: int = 0
    """How many looks left it in this state."""
    doubts: int = 0
    """How many looks in a row could see nothing."""


@dataclass(frozen=True)
class Turn:
    """What becomes of it."""

    status: Status
    looks: int
    doubts: int
    next_at: str | None


def turn(before: Standing, seen: Seen, now: str, *, grace_hours: float, salt: str = "") -> Turn:
    """Decide what becomes of a name. `salt` spreads what is due daily over the day.

    A look that our own name servers spoiled moves nothing: it says nothing of the name.
    """
    if seen == "unheard":
        next_at = None if before.status == "failed" else later(now, UNHEARD)
        return Turn(before.status, before.looks, before.doubts, next_at)
    doubts = before.doubts + 1 if seen == "unknown" else 0
    status = _status(before, seen, doubts, now, grace_hours)
    looks = before.looks + 1 if status == before.status else 0
    return Turn(status, looks, doubts, _next(status, looks, doubts, now, salt))


def _status(before: Standing, seen: Seen, doubts: int, now: str, grace_hours: float) -> Status:
    if seen == "proven":
        return "verified"
    age = clock.seconds_between(before.since, now)
    if before.status == "pending" and age >= PENDING_DAYS * DAY:
        return "failed"
    if before.status == "verified":
        return "failing" if seen == "unproven" or doubts >= DOUBTS else "verified"
    if before.status == "failing" and age >= grace_hours * HOUR:
        return "unrouted"
    if before.status == "unrouted" and age >= UNROUTED_DAYS * DAY:
        return "failed"
    return before.status


def _next(status: Status, looks: int, doubts: int, now: str, salt: str) -> str | None:
    if status == "failed":
        return None
    if status == "pending":
        seconds = min(FIRST * 2 ** min(looks, 20), SLOWEST)
    elif status == "failing":
        seconds = HOUR
    elif status == "unrouted":
        seconds = SLOWEST
    else:
        seconds = DOUBT if doubts else DAY - zlib.crc32(salt.encode()) % HOUR
    return later(now, seconds)


def later(now: str, seconds: float) -> str:
    """A moment some seconds later."""
    return clock.text_of(clock.moment_of(now) + timedelta(seconds=seconds))


def due_at(attributes: Mapping[str, Any], certificate_at: str | None = None) -> str | None:
    """When something is to be done about a name next: a look, or its certificate."""
    moments = (attributes.get("next_check_at"), certificate_at)
    return min((one for one in moments if one), default=None)
