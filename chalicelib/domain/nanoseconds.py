"""Times to the nanosecond as Docker writes them: RFC 3339 in UTC with nine digits, so they sort."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", re.ASCII)
_RFC3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_FIRST_YEAR = 1970
_TO_THE_SECOND = len("2026-02-15T10:00:00")


def check(text: str) -> None:
    """Raise `ValueError` for what is no time since 1970 as Docker writes it."""
    if not _TIME.fullmatch(text) or _second_of(text).year < _FIRST_YEAR:
        raise ValueError(text)


def moment_of(text: str) -> str:
    """Read a time that a person wrote, RFC 3339 with its zone.

    Raises `ValueError` for anything else, and for times before 1970 or after the year 9999.
    """
    written = _RFC3339.fullmatch(text)
    if written is None:
        raise ValueError(text)
    day, hour, fraction, zone = written.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{hour}{zone.upper().replace('Z', '+00:00')}")
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(text) from None
    if moment.year < _FIRST_YEAR:
        raise ValueError(text)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{fraction or '':0<9}Z"


def before(text: str, seconds: int) -> str:
    """The moment so many seconds earlier."""
    earlier = _second_of(text) - timedelta(seconds=seconds)
    return f"{earlier:%Y-%m-%dT%H:%M:%S}{text[_TO_THE_SECOND:]}"


def since_epoch(text: str) -> str:
    """A time in seconds since 1970 with nine digits, as Docker is asked for it."""
    return f"{_second_of(text).timestamp():.0f}{text[_TO_THE_SECOND:-1]}"


def _second_of(text: str) -> datetime:
    return datetime.fromisoformat(text[:_TO_THE_SECOND]).replace(tzinfo=UTC)
