"""What a creator has earned, by month and template, and the statement of it as a file.

Nothing tells who the customers are.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from typing_extensions import TypedDict

from chalicelib.ports.ledger import Entered, creator
from chalicelib.services.billing.received import available_cents
from chalicelib.services.tools import Tools

HEAD = ("month", "kind", "template_id", "template_name", "at", "cents")
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What spreadsheets take for the beginning of a formula."""


class TemplateEarnings(TypedDict):
    """What one template's lines come to in a month."""

    template_id: str
    name: str
    cents: int


class MonthEarnings(TypedDict):
    """What a month brought: what customers' lines come to, less the platform's fee."""

    month: str
    cents: int
    fee_cents: int
    earned_cents: int
    templates: list[TemplateEarnings]


class Payout(TypedDict):
    """What was paid to the creator."""

    transaction: str
    at: str
    cents: int


class Earnings(TypedDict):
    """A creator's account; months newest first, payouts oldest first."""

    currency: str
    """The installation's, as ISO 4217 writes it."""

    balance_cents: int
    """What is earned and was not paid out yet: `available_cents` and `pending_cents`."""
    available_cents: int
    """What of it can be paid out: customers have paid it."""
    pending_cents: int
    """What of it customers owe still, or have taken back."""
    months: list[MonthEarnings]
    payouts: list[Payout]


def earnings_of(tools: Tools, account: str) -> Earnings:
    """Read what an account has earned as a creator; each closed invoice counts in its month."""
    entries = tools.ledger().of_account(creator(account))
    months: dict[str, dict[str, Any]] = {}
    for entry in entries:
        if entry.kind == "invoice_closed":
            _add(months, entry)
    payouts = [
        Payout(transaction=one.transaction, at=one.at, cents=one.cents)
        for one in entries
        if one.kind == "payout"
    ]
    balance, available = -sum(entry.cents for entry in entries), available_cents(tools, entries)
    return Earnings(
        currency=tools.settings().currency,
        balance_cents=balance,
        available_cents=available,
        pending_cents=balance - available,
        months=[_month(name, months[name]) for name in sorted(months, reverse=True)],
        payouts=payouts,
    )


def _add(months: dict[str, dict[str, Any]], entry: Entered) -> None:
    month = months.setdefault(entry.data["month"], {"fee": 0, "earned": 0, "templates": {}})
    month["fee"] += int(entry.data["fee"])
    month["earned"] -= entry.cents
    for template, of in entry.data["templates"].items():
        known = month["templates"].setdefault(template, {"name": of["name"], "cents": 0})
        known["cents"] += int(of["cents"])


def _month(name: str, found: dict[str, Any]) -> MonthEarnings:
    return MonthEarnings(
        month=name,
        cents=found["earned"] + found["fee"],
        fee_cents=found["fee"],
        earned_cents=found["earned"],
        templates=[
            TemplateEarnings(template_id=template, name=of["name"], cents=of["cents"])
            for template, of in sorted(found["templates"].items())
        ],
    )


def offer_statement(tools: Tools, account: str) -> dict[str, Any]:
    """Make the statement, and return a link to it. Its amounts sum to the balance."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    writer.writerows(_lines(earnings_of(tools, account)))
    made = text.getvalue().encode()
    offered = tools.downloads().offer(
        io.BytesIO(made),
        folder=f"earnings-{account}",
        name="earnings.csv",
        media_type="text/csv; charset=utf-8",
    )
    return {**asdict(offered), "bytes": len(made)}


def _lines(earnings: Earnings) -> Iterator[tuple[Any, ...]]:
    for month in reversed(earnings["months"]):
        for one in month["templates"]:
            name = _harmless(one["name"])
            yield month["month"], "earned", one["template_id"], name, "", one["cents"]
        yield month["month"], "fee", "", "", "", -month["fee_cents"]
    for payout in earnings["payouts"]:
        yield payout["at"][:7], "payout", "", "", payout["at"], -payout["cents"]


def _harmless(text: str) -> str:
    """Keep a name from being taken for a formula."""
    return f"'{text}" if text.startswith(RISKY) else text
