"""A walk over the table of reservations: `chalicelib.ports.holdings.Holdings` made real."""

from __future__ import annotations

from chalicelib.adapters.records.patience import patient
from chalicelib.adapters.records.tables import Tables
from chalicelib.ports.holdings import Holding


class DynamoHoldings:
    """The reservations of one installation, a page of a scan at a time."""

    def __init__(self, tables: Tables) -> None:
        self.table = tables.reservations

    @patient
    def page(self, after: str, *, limit: int) -> tuple[tuple[Holding, ...], str]:
        """Read one page, consistently."""
        answer = self.table._get_connection().scan(
            limit=limit,
            exclusive_start_key=after or None,
            consistent_read=True,
        )
        found = tuple(
            Holding(item["key"]["S"], item["holder"]["S"])
            for item in answer["Items"]
            if "holder" in item
        )
        following = answer.get("LastEvaluatedKey") or {}
        return found, following.get("key", {}).get("S", "")
