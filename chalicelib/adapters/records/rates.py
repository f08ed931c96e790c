"""Token buckets in DynamoDB, as the generic cell rate algorithm (GCRA).

A bucket is one number: when the next request would be due if all came evenly. A request moves
it on by one interval, on condition that it is not too far ahead of the present; that is one
conditional update, so that callers at the same moment cannot pass together.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable

from pynamodb.exceptions import PynamoDBException, UpdateError

from chalicelib.adapters.records.patience import PASSING, code_of
from chalicelib.adapters.records.tables import Tables
from chalicelib.domain.errors import RateLimited
from chalicelib.ports.rates import Allowance

MINUTE = 60_000
TRIES = 4
KEPT_SECONDS = 60
"""How long a bucket is kept after it is full again."""

logger = logging.getLogger(__name__)


def _milliseconds() -> int:
    return time.time_ns() // 1_000_000


class DynamoRates:
    """Buckets of one installation: `chalicelib.ports.rates.Rates` made real."""

    def __init__(self, tables: Tables, now: Callable[[], int] = _milliseconds) -> None:
        self.table = tables.rates
        self.now = now

    def take(self, bucket: str, allowance: Allowance) -> None:
        """Take one from a bucket; of a bucket that is asked too often for DynamoDB, none."""
        try:
            self._take(bucket, allowance)
        except PynamoDBException as error:
            if code_of(error) in PASSING:
                raise _limited(1) from error
            logger.warning("The rates cannot be read; %s passes", bucket.split("#")[1])

    def wait(self, bucket: str, allowance: Allowance) -> int:
        """Tell how far ahead of the present a bucket is; one that cannot be read is full."""
        interval = math.ceil(MINUTE / allowance.per_minute)
        try:
            arrival = int(self.table.get(bucket).arrival)
        except (PynamoDBException, self.table.DoesNotExist):
            return 0
        latest = self.now() + (allowance.burst - 1) * interval
        return max(0, math.ceil((arrival - latest) / 1000))

    def _take(self, bucket: str, allowance: Allowance) -> None:
        interval = math.ceil(MINUTE / allowance.per_minute)
        for _ in range(TRIES):
            now = self.now()
            latest = now + (allowance.burst - 1) * interval
            if self._rested(bucket, now, interval) or self._moved(bucket, latest, interval):
                return
            wait = self.table.get(bucket, consistent_read=True).arrival - latest
            if wait > 0:
                raise _limited(math.ceil(wait / 1000))
        raise _limited(1)

    def _rested(self, bucket: str, now: int, interval: int) -> bool:
        """Take from a full bucket: the next one is due an interval from now."""
        free = self.table.key.does_not_exist() | (self.table.arrival <= now)
        return self._update(bucket, self.table.arrival.set(now + interval), free, now + interval)

    def _moved(self, bucket: str, latest: int, interval: int) -> bool:
        """Take from a bucket in use: the next one is due an interval later."""
        room = self.table.arrival <= latest
        return self._update(bucket, self.table.arrival.add(interval), room, latest + interval)

    def _update(self, bucket: str, move, condition, until: int) -> bool:  # type: ignore[no-untyped-def]
        keep = self.table.expires_at.set(until // 1000 + KEPT_SECONDS)
        try:
            self.table(bucket).update(actions=[move, keep], condition=condition)
        except UpdateError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            return False
        return True


def _limited(seconds: int) -> RateLimited:
    detail = f"This is asked too often; try again in {seconds} s."
    return RateLimited(detail, retry_after=seconds)
