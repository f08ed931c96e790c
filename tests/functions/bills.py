"""Apps that ran, and the queue of accounts whose invoices are tended."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import Any

from moto.sqs.models import sqs_backends

from chalicelib.domain.billing.intervals import Interval, Price
from chalicelib.domain.billing.invoice import invoice_id
from chalicelib.domain.billing.month import Month
from chalicelib.ports.records import Record
from chalicelib.ports.runs import BeginRun, EndRun, MarkAccount, SetPrice
from chalicelib.runtime import wiring
from functions.events.invoices import tend_account
from functions.schedules import close_months, refresh_invoices
from tests.functions.checks import Checked
from tests.permissions import unwatched, watched_as

OCTOBER = Month(2031, 10)
"""A month that is yet to come, so that nothing else runs in it."""
ACCOUNT = "123456789012"


def move_to(here: Checked, moment: int) -> None:
    """Let the product's clock show a moment."""
    here.world.skew = moment - datetime.now(UTC).timestamp()


def ran(
    owner: str, *, since: int, until: int | None = None, cents: int = 3100, creator: str = "maker"
) -> str:
    """Let an app have run; returns its id."""
    app, template = secrets.token_hex(8), f"tmpl_{secrets.token_hex(8)}"
    run = Interval(owner, app, f"app {app}", template, "Wiki", creator, since, None)
    with unwatched():
        wiring.records().commit(
            SetPrice(Price(template, 0, cents)), BeginRun(run), MarkAccount(owner)
        )
        if until is not None:
            wiring.records().commit(EndRun(run.ended(until, now=until)))
    return app


def invoice_of(owner: str, month: Month = OCTOBER) -> Record | None:
    return wiring.records().get(invoice_id(owner, month))


def waiting() -> list[dict[str, Any]]:
    """Take every message that waits."""
    queue = sqs_backends[ACCOUNT]["us-east-1"].queues["test-invoices"]
    bodies = [json.loads(message.body) for message in queue._messages]
    queue._messages.clear()
    return bodies


def refresh() -> dict[str, int]:
    [declaration] = refresh_invoices.handler.declarations
    with watched_as("refresh_invoices", declaration):
        return refresh_invoices.handler({}, None)


def close() -> dict[str, int]:
    [declaration] = close_months.handler.declarations
    with watched_as("close_months", declaration):
        return close_months.handler({}, None)


def deliver(*messages: Any) -> list[str]:
    """Hand messages to the consumer; returns the ids of those that are to come again."""
    records = [
        {"messageId": str(number), "body": json.dumps(message)}
        for number, message in enumerate(messages)
    ]
    [declaration] = tend_account.handler.declarations
    with watched_as("tend_account", declaration):
        answer = tend_account.handler({"Records": records}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
