"""Last reports, in the journal's table: `chalicelib.ports.reports.Reports` made real."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from pynamodb.exceptions import DoesNotExist

from chalicelib.adapters.records.patience import patient
from chalicelib.adapters.records.tables import Tables
from chalicelib.domain.errors import TooLarge

KEPT_SECONDS = 90 * 86_400
MOST_BYTES = 300_000
"""Below what one item holds, whatever it is beside the report."""
SORT = "report"


class DynamoReports:
    """The last reports of one installation, each one item."""

    def __init__(self, tables: Tables) -> None:
        self.table = tables.journal

    @patient
    def of(self, subject: str) -> dict[str, Any] | None:
        """Read one item, consistently: whoever asked for a sweep waits for its report."""
        try:
            item = self.table.get(_entity(subject), SORT, consistent_read=True)
        except DoesNotExist:
            return None
        found: dict[str, Any] = json.loads(item.data.as_dict()["report"])
        return found

    @patient
    def keep(self, subject: str, report: Mapping[str, Any]) -> None:
        """Write one item."""
        text = json.dumps(report, sort_keys=True, ensure_ascii=False)
        if len(text.encode()) > MOST_BYTES:
            raise TooLarge("This report is more than one record can hold.")
        now = time.time_ns() // 1_000_000_000
        self.table(
            _entity(subject),
            SORT,
            name="report",
            at="",
            data={"report": text},
            expires_at=now + KEPT_SECONDS,
        ).save()


def _entity(subject: str) -> str:
    return f"report#{subject}"
