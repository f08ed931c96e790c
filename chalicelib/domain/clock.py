"""Times as text: RFC 3339 in UTC, with milliseconds so that they sort."""

from __future__ import annotations

from datetime import UTC, datetime


def text_of(moment: datetime) -> str:
    """Write a moment as `2026-02-15T10:00:00.000Z`."""
    return (
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
    )


def moment_of(text: str) -> datetime:
    """Read a moment back."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def seconds_between(earlier: str, later: str) -> float:
    """The seconds from one written time to another."""
    return (moment_of(later) - moment_of(earlier)).total_seconds()
