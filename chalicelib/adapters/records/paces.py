"""How long work usually takes, in the journal's table: `chalicelib.ports.paces.Paces` made real.

It is made of timelines, which lie there too, and read by who reads them; it fades as they do.
"""

from __future__ import annotations

import time

from pynamodb.exceptions import DoesNotExist

from chalicelib.adapters.records.patience import patient
from chalicelib.adapters.records.tables import Tables
from chalicelib.domain.paces import Pace, Paces

STARTS = "starts"
"""Where the latest starts stand, beside the kinds of work."""
KEPT_SECONDS = 90 * 86_400
"""How long what was learned is kept after its last run."""


class DynamoPaces:
    """What is known of the work of one installation."""

    def __init__(self, tables: Tables) -> None:
        self.table = tables.journal

    @patient
    def of(self, parent: str, kind: str) -> Paces:
        """Read one item."""
        try:
            item = self.table.get(_entity(parent), kind)
        except DoesNotExist:
            return {}
        steps = item.steps.as_dict() if item.steps is not None else {}
        return {name: Pace(float(one["seconds"]), int(one["runs"])) for name, one in steps.items()}

    @patient
    def keep(self, parent: str, kind: str, known: Paces) -> None:
        """Write one item."""
        now = time.time_ns() // 1_000_000_000
        steps = {name: {"seconds": one.seconds, "runs": one.runs} for name, one in known.items()}
        self.table(
            _entity(parent),
            kind,
            name="pace",
            at="",
            data={},
            steps=steps,
            expires_at=now + KEPT_SECONDS,
        ).save()

    @patient
    def starts(self, parent: str) -> tuple[float, ...]:
        """Read one item."""
        try:
            item = self.table.get(_entity(parent), STARTS)
        except DoesNotExist:
            return ()
        return tuple(float(one) for one in item.data.as_dict().get("seconds", ()))

    @patient
    def keep_starts(self, parent: str, seconds: tuple[float, ...]) -> None:
        """Write one item."""
        now = time.time_ns() // 1_000_000_000
        self.table(
            _entity(parent),
            STARTS,
            name="starts",
            at="",
            data={"seconds": list(seconds)},
            expires_at=now + KEPT_SECONDS,
        ).save()


def _entity(parent: str) -> str:
    return f"pace#{parent}"
