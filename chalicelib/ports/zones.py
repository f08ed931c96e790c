"""The installation's own DNS zone, where records are written that prove its names."""

from __future__ import annotations

from typing import Protocol


class Zones(Protocol):
    """One zone that Hoster may write in.

    Both calls may be repeated, and return before every server of the zone knows of them. They
    raise `ZoneRefused` where the zone does not take the record, and `Unavailable` when it does
    not answer.
    """

    def publish(self, name: str, text: str) -> None:
        """Have a TXT record of this text at a name, beside those that are there."""

    def withdraw(self, name: str, text: str) -> None:
        """Have no TXT record of this text at a name any more; others stay."""
