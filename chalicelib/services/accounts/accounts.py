"""What the owner of the platform sees of one account: whose something is, what it has and owes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.errors import NotFound
from chalicelib.ports.ledger import PLATFORM, PROCESSOR, Entered, creator, customer
from chalicelib.ports.records import Selection
from chalicelib.resources.registry import RESOURCES
from chalicelib.services.accounts import standing
from chalicelib.services.counters import closing_key, host_key, total_key
from chalicelib.services.plans.subscriptions import shown, subscription_of
from chalicelib.services.tools import Tools

LATEST = 24
"""Invoices that are shown: of two years."""


def find(tools: Tools, sought: str) -> tuple[str, str]:
    """Whose something is, and what it is: a record's id, an app's host name, or an account's id.

    Raises `NotFound` for what leads to no account that ever had anything.
    """
    held = tools.records().reservation(host_key(sought.lower().rstrip(".")))
    record = tools.records().get(str(held["holder"]) if held else sought)
    if record is not None and record.owner:
        return record.owner, record.type
    known = tools.records().reservation(closing_key(sought)) or subscription_of(tools, sought)
    if known is not None or any(had_of(tools, sought).values()):
        return sought, "accounts"
    raise NotFound(
        f"Nothing here is called {sought[:100]}. Give an account's id, a record's id or an app's"
        " host name; addresses of mail are the gateway's."
    )


def had_of(tools: Tools, account: str) -> dict[str, int]:
    """How many records of each resource an account has now."""
    keys = {name: total_key(name, account) for name in RESOURCES}
    counted = tools.records().counters(tuple(keys.values()))
    return {name: int(counted.get(key, 0)) for name, key in keys.items()}


def money_of(tools: Tools, account: str) -> dict[str, Any]:
    """What an account cost and paid, in cents, by the ledger: as a customer and as a creator.

    `owed_cents` is all that it was ever billed, `paid_cents` what came in less what went back,
    `credited_cents` what it was given, and `balance_cents` what it owes now. Of a creator,
    `earned_cents` is its share of what others owed, and `paid_out_cents` what it had of that.
    """
    ours, theirs = (tools.ledger().of_account(of(account)) for of in (customer, creator))
    came = _sum(ours, "payment") + _sum(ours, "credit", by=PROCESSOR) + _sum(ours, "dispute_lost")
    return {
        "owed_cents": _sum(ours, "invoice_closed", "plan"),
        "paid_cents": -came - _refunded(tools, ours),
        "credited_cents": -_sum(ours, "credit", by=PLATFORM),
        "balance_cents": sum(entry.cents for entry in ours),
        "earned_cents": -_sum(theirs, "invoice_closed"),
        "paid_out_cents": _sum(theirs, "payout"),
        "invoices": _invoices(tools, account),
    }


def _sum(entries: Iterable[Entered], *kinds: str, by: str = "") -> int:
    """What entries of some kinds come to, where one is named with that other account alone."""
    return sum(
        entry.cents for entry in entries if entry.kind in kinds and (not by or entry.other == by)
    )


def _refunded(tools: Tools, entries: tuple[Entered, ...]) -> int:
    """What went back of what was paid: that is between platform and processor."""
    paid = {entry.about for entry in entries if entry.kind in {"payment", "credit"}}
    about = [entry for invoice in sorted(paid) for entry in tools.ledger().about(invoice)]
    return -_sum([entry for entry in about if entry.account == PROCESSOR], "refund")


def _invoices(tools: Tools, account: str) -> list[dict[str, Any]]:
    every = Selection("invoices", owner=account)
    page = tools.records().select(every, limit=LATEST, after=None, before=None)
    return [
        {
            "id": invoice.id,
            "month": invoice.attributes.get("month"),
            "status": invoice.status,
            "total_cents": invoice.attributes.get("total_cents"),
        }
        for invoice in page.records
    ]


def told(tools: Tools, account: str) -> dict[str, Any]:
    """What an account has and may do at this moment."""
    record = subscription_of(tools, account)
    bought = shown(record, clock.seconds_of(tools.now()))
    return {
        "account": account,
        "suspended": record.attributes.get(standing.SUSPENDED) if record else None,
        "plan_bought": bought["plan"] if bought else None,
        "has": had_of(tools, account),
    }
