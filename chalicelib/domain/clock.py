"""Times as text: RFC 3339 in UTC, with milliseconds so that they sort."""

from __future__ import annotations

import re
from datetime import UTC, datetime

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


def text_of(moment: datetime) -> str:
    """Write a moment as `2026-02-15T10:00:00.000Z`."""
    return (
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
    )


def text_at(seconds: int) -> str:
    """Write a moment that is given in whole seconds since 1970."""
    return text_of(datetime.fromtimestamp(seconds, UTC))


def seconds_of(text: str) -> int:
    """Read a moment back as whole seconds since 1970."""
    return int(moment_of(text).timestamp())


def moment_of(text: str) -> datetime:
    """Read a moment back."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def seconds_between(earlier: str, later: str) -> float:
    """The seconds from one written time to another."""
    return (moment_of(later) - moment_of(earlier)).total_seconds()


def milliseconds_of(text: str) -> int:
    """Read a time that a person wrote, RFC 3339 with its zone, as milliseconds since 1970.

    Raises `ValueError` for anything else, and for times before 1970 or after the year 9999.
    """
    written = _RFC3339.fullmatch(text)
    if written is None:
        raise ValueError(text)
    moment = datetime.fromisoformat(text.upper().replace("Z", "+00:00"))
    milliseconds = round((moment - EPOCH).total_seconds() * 1000)
    if milliseconds < 0:
        raise ValueError(text)
    return milliseconds


def checked(text: str) -> str:
    """Return a time that something else than Hoster wrote; `ValueError` for what is none."""
    milliseconds_of(text)
    return text.upper()
