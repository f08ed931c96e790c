"""Where it is kept what the app proxies carried for apps; it is taken by the records' commits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from chalicelib.domain.traffic import Part, Taken


class TrafficHistory(Protocol):
    """What the proxies carried. Methods raise `Unavailable` and `Contended` as records do."""

    def taken(self, boot: str, apps: Sequence[str]) -> dict[str, Taken]:
        """Read what was taken of apps in a series, consistently; those not known are left out."""

    def parts(self, app: str, *, since: int, until: int) -> tuple[Part, ...]:
        """Read what was carried for an app, oldest first, in one query.

        All parts that reach into the span are there, and maybe some beside it. Times are seconds
        since 1970.
        """
