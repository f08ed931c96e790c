"""A calendar month in UTC, in seconds since 1970."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime

DAY = 86400
_WRITTEN = re.compile(r"[1-9]\d{3}-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, order=True)
class Month:
    """One month: from `since` on, and before `until`."""

    year: int
    number: int
    """1 to 12."""

    @classmethod
    def of(cls, text: str) -> Month:
        """Read a month that is written as `2026-11`. Raises `ValueError` for anything else."""
        if not _WRITTEN.fullmatch(text):
            message = f"{text!r} is no month."
            raise ValueError(message)
        return cls(int(text[:4]), int(text[5:]))

    @classmethod
    def at(cls, seconds: int) -> Month:
        """The month that a moment lies in."""
        moment = datetime.fromtimestamp(seconds, UTC)
        return cls(moment.year, moment.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def since(self) -> int:
        """Its first second."""
        return int(datetime(self.year, self.number, 1, tzinfo=UTC).timestamp())

    @property
    def until(self) -> int:
        """The first second that is not in it any more."""
        return self.since + self.seconds

    @property
    def seconds(self) -> int:
        """How long it is: 28 to 31 days."""
        return monthrange(self.year, self.number)[1] * DAY

    @property
    def next(self) -> Month:
        """The month after it."""
        return Month.at(self.until)

    @property
    def previous(self) -> Month:
        """The month before it."""
        return Month.at(self.since - 1)
