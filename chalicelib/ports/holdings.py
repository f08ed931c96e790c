"""Everything that is reserved, read from one end to the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Holding:
    """One reservation and who holds it, a record's id."""

    key: str
    holder: str


class Holdings(Protocol):
    """Reservations, those with a holder alone: counters have none."""

    def page(self, after: str, *, limit: int) -> tuple[tuple[Holding, ...], str]:
        """Read the next page of a walk, and where the one after it begins.

        A walk begins and ends with an empty text. A page looks at `limit` items at most, so that
        it may hold fewer; what is reserved during a walk may be missed by it. Raises
        `Unavailable`.
        """
