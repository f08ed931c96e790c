"""When things were last used, in the table of rates: `chalicelib.ports.last_uses.LastUses`."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

from pynamodb.exceptions import PynamoDBException

from chalicelib.adapters.records.patience import code_of, patient
from chalicelib.adapters.records.tables import Tables
from chalicelib.domain import clock

MINUTE = 60_000
KEPT_SECONDS = 400 * 86_400
"""Longer than anything lives whose use is noted."""

logger = logging.getLogger(__name__)


def _milliseconds() -> int:
    return time.time_ns() // 1_000_000


class DynamoLastUses:
    """The last uses of one installation, each one item."""

    def __init__(self, tables: Tables, now: Callable[[], int] = _milliseconds) -> None:
        self.table = tables.rates
        self.now = now

    def note(self, subject: str) -> None:
        """Write the moment, on condition that the one that is there is older than a minute."""
        now = self.now()
        older = self.table.key.does_not_exist() | (self.table.arrival <= now - MINUTE)
        noted = [
            self.table.arrival.set(now),
            self.table.expires_at.set(now // 1000 + KEPT_SECONDS),
        ]
        try:
            self.table(_key(subject)).update(actions=noted, condition=older)
        except PynamoDBException as error:
            if code_of(error) != "ConditionalCheckFailedException":
                logger.warning("The use of %s was not noted", subject)

    @patient
    def of(self, subjects: tuple[str, ...]) -> dict[str, str]:
        """Read the moments, a hundred at a time."""
        items = self.table.batch_get([_key(subject) for subject in subjects])
        return {_subject(item.key): _moment(int(item.arrival)) for item in items}


def _key(subject: str) -> str:
    return f"used#{subject}"


def _subject(key: str) -> str:
    return key.removeprefix("used#")


def _moment(milliseconds: int) -> str:
    return clock.text_of(datetime.fromtimestamp(milliseconds / 1000, UTC))
