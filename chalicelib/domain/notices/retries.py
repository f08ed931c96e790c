"""When a delivery that failed is tried again: ten times within a day, at growing intervals."""

from __future__ import annotations

MINUTE, HOUR = 60, 3600
WAITS = (30, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 8 * HOUR)
"""Seconds from each failed attempt to the next one."""
ATTEMPTS = len(WAITS) + 1
"""How often a delivery is tried at most, until it has failed for good."""


def wait_after(attempts: int) -> int | None:
    """Seconds until the next attempt after so many that failed; None when there is none."""
    return WAITS[attempts - 1] if 0 < attempts < ATTEMPTS else None
