"""What an account has bought of a plan, in one small record, and which plan that makes it have.

A payment writes here what it bought and that the gateway is to be told, in its own transaction;
the gateway is told afterwards, as often as it takes (`plan_changes.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

from typing_extensions import TypedDict

from chalicelib.domain import clock
from chalicelib.domain.billing.subscription import FREE, Period, bought
from chalicelib.ports.records import Change, Create, Record, Write
from chalicelib.services.tools import Tools

KIND = "plan"
"""The kind of an invoice by which a plan is bought."""
TYPE = "subscriptions"
PAYABLE = ("failed", "pending")
SYSTEM = "hoster"


class Subscription(TypedDict):
    """What an account has bought, as its user sees it. Times are RFC 3339 UTC."""

    plan: str
    state: Literal["changing", "active", "grace", "lapsed"]
    """`changing` until the gateway has said that the account has the plan that it should."""
    starts_at: str
    ends_at: str
    lapses_at: str
    """Until when the plan stays in force unless it is bought again."""
    renewable_from: str
    invoice_id: str
    """The receipt of what was paid last."""


def record_id(account: str) -> str:
    """The id of the one record of an account."""
    return f"subscription-{account}"


def subscription_of(tools: Tools, account: str) -> Record | None:
    """What an account has bought, or orders; None for who never did."""
    return tools.records().get(record_id(account))


def begun(tools: Tools, account: str, **attributes: Any) -> Record:
    """The record of who orders for the first time."""
    now = tools.now()
    return Record(record_id(account), TYPE, account, "present", now, now, attributes=attributes)


def is_order(invoice: Record) -> bool:
    """Whether a plan is bought by an invoice."""
    return invoice.attributes.get("kind") == KIND


def period_of(record: Record | None) -> Period | None:
    """What was paid for last; None where nothing was."""
    return Period.of(record.attributes.get("period")) if record else None


def is_settled(record: Record) -> bool:
    """Whether the gateway has said that the account has the plan that it should have."""
    return record.attributes.get("told") == record.attributes.get("wanted")


def shown(record: Record | None, now: int) -> Subscription | None:
    """Write down what was bought, for its user."""
    period = period_of(record)
    if record is None or period is None:
        return None
    return {
        "plan": period.plan,
        "state": period.state(now) if is_settled(record) else "changing",
        "starts_at": clock.text_at(period.starts_at),
        "ends_at": clock.text_at(period.ends_at),
        "lapses_at": clock.text_at(period.lapses_at),
        "renewable_from": clock.text_at(period.renewable_from),
        "invoice_id": str(record.attributes["invoice"]),
    }


def paid(tools: Tools, invoice: Record, at: str) -> Iterator[Write]:
    """The writes by which a payment gives an account its plan, and has the gateway told of it.

    They demand the record as it was read, so that of two payments at once the second one looks
    anew at what it extends.
    """
    order = invoice.attributes["order"]
    before = subscription_of(tools, invoice.owner)
    period = bought(
        period_of(before), order["plan"], int(order["price_cents"]), clock.seconds_of(at)
    )
    said = {
        "period": period.plain(),
        "invoice": invoice.id,
        "order": None,
        "reminders": 0,
        **wants(period.plan, at),
    }
    record = before or begun(tools, invoice.owner, **said)
    if before is None:
        yield Create(record)
    else:
        yield Change(of=before, attributes=said, if_version=before.version)
    until = clock.text_at(period.ends_at)
    yield tools.told(record, "plan_bought", SYSTEM, plan=period.plan, until=until)


def given_back(tools: Tools, invoice: Record, cents: int) -> Iterator[Write]:
    """The write by which what was given back of a plan is not taken off the next one's price.

    The plan itself stays until its end.
    """
    record = subscription_of(tools, invoice.owner) if invoice.attributes.get("order") else None
    period = period_of(record)
    if record is not None and period is not None and record.attributes["invoice"] == invoice.id:
        less = replace(period, cents=max(0, period.cents - cents)).plain()
        yield Change(of=record, attributes={"period": less}, if_version=record.version)


def removed(invoice: Record) -> Change:
    """The write that removes an order which is not paid."""
    return Change(
        of=invoice, status="removed", bury=True, if_status=PAYABLE, if_version=invoice.version
    )


def wants(plan: str, at: str) -> dict[str, Any]:
    """What is written to have the gateway told, from this moment on, that an account has a plan.

    Whatever it said before is no answer to this, be it the same plan again.
    """
    return {"wanted": plan, "wanted_at": at, "told": None, "failures": 0, "due_at": at}


def plan_of(record: Record) -> str:
    """The plan that the account should have."""
    return str(record.attributes.get("wanted") or FREE)
