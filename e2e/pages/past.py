"""An account with a past: what it ran in earlier months, invoiced by the platform itself."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from unittest import mock

import boto3

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.adapters.records.tables import tables
from chalicelib.domain import clock
from chalicelib.domain.billing.intervals import Interval, Price
from chalicelib.domain.billing.month import Month
from chalicelib.ports.runs import BeginRun, EndRun, MarkAccount, SetPrice
from chalicelib.services.billing.invoicing import GRACE_SECONDS
from infra.local.journey.client import Account, Json
from infra.local.platform.layout import AWS_ENV, INSTALLATION, REGION

DAY = 86_400
WITHIN_SECONDS = 60.0


@dataclass(frozen=True)
class Ran:
    """What an app of a template cost a month, and the days of which month it ran.

    Months ago are counted among those that can be closed: one that ended just now is no such month.
    What is longer than its month ends with it.
    """

    name: str
    monthly_cents: int
    months_ago: int
    first_day: int = 1
    days: float = 10
    goes_on: bool = False


@dataclass
class Past:
    """Writes what ran into the platform's books, and has it invoice that."""

    store: DynamoRecords

    def run(self, account: Account, *what: Ran, creator: Account | None = None) -> None:
        """Note what an account's apps ran, and close the months that are over."""
        owner = str(account.user["id"])
        earns = str(creator.user["id"]) if creator else "user_nobody"
        self.store.commit(MarkAccount(owner))
        for one in what:
            self._note(owner, earns, one)
        client = boto3.client("sqs")
        url = client.get_queue_url(QueueName=f"{INSTALLATION}-invoices")["QueueUrl"]
        client.send_message(QueueUrl=url, MessageBody=json.dumps({"owner": owner}))

    def invoices(self, account: Account, *, number: int) -> list[Json]:
        """Wait until the platform has closed so many months, and return their invoices."""
        end = time.monotonic() + WITHIN_SECONDS
        while True:
            found = [
                one for one in account.all("invoices") if one["attributes"]["status"] != "draft"
            ]
            if len(found) >= number:
                return found
            assert time.monotonic() < end, f"{len(found)} of {number} invoices"
            time.sleep(0.2)

    def _note(self, owner: str, creator: str, ran: Ran) -> None:
        now = int(time.time())
        month = Month.at(now - GRACE_SECONDS if ran.months_ago else now)
        for _ in range(ran.months_ago):
            month = month.previous
        since = month.since + (ran.first_day - 1) * DAY
        template = f"tmpl_{secrets.token_hex(8)}"
        app = secrets.token_hex(8)
        run = Interval(owner, app, ran.name, template, f"{ran.name} template", creator, since, None)
        self.store.commit(SetPrice(Price(template, since - DAY, ran.monthly_cents)), BeginRun(run))
        if not ran.goes_on:
            until = min(since + int(ran.days * DAY), month.until)
            self.store.commit(EndRun(run.ended(until, now=now)))


@contextmanager
def past_of(platform: Json) -> Iterator[Past]:
    """Reach the platform's books for the time of a test."""
    environment = {**AWS_ENV, "AWS_ENDPOINT_URL": platform["urls"]["aws"]}
    with mock.patch.dict("os.environ", environment):
        tables.cache_clear()
        yield Past(
            DynamoRecords(tables(INSTALLATION, REGION), lambda: clock.text_of(datetime.now(UTC)))
        )
        tables.cache_clear()
