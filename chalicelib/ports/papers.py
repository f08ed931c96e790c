"""What makes files of invoices that can be printed and kept."""

from __future__ import annotations

from typing import Protocol

from chalicelib.domain.billing.sheet import Sheet


class Papers(Protocol):
    """A printer."""

    def pdf(self, sheet: Sheet) -> bytes:
        """Print a sheet. Letters that its font lacks are left as boxes; nothing is refused."""
