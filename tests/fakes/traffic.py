"""What the proxies carried, in memory: `chalicelib.ports.traffic` over the store in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.traffic import Part, Taken
from tests.fakes.records import FakeRecords


@dataclass
class FakeTraffic:
    """What was taken into a store in memory."""

    store: FakeRecords

    def taken(self, boot: str, apps: Sequence[str]) -> dict[str, Taken]:
        known = {app: self.store.taken.get((app, boot)) for app in apps}
        return {app: taken for app, taken in known.items() if taken is not None}

    def parts(self, app: str, *, since: int, until: int) -> tuple[Part, ...]:
        found = sorted(self.store.parts.get(app, ()), key=lambda part: part.at)
        return tuple(p for p in found if since < p.at and p.at - p.seconds < until)
