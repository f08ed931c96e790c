"""What stands on the paper of an invoice, whatever it is printed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DAY, HOUR, MINUTE = 86_400, 3600, 60
DRAFT = "DRAFT: this month is not over, and nothing is to be paid yet"
SMALL = "Too small to be paid: the next invoice has this total as a line"
COVERED = "Nothing is to be paid: its lines come to zero"
IN_FAVOUR = "Nothing is to be paid: the next invoice has this total, in your favour, as a line"


@dataclass(frozen=True)
class Row:
    """One line: what it is for, how it came about, and what it costs."""

    title: str
    detail: str
    amount: str


@dataclass(frozen=True)
class Sheet:
    """An invoice as texts."""

    title: str
    notice: str
    """What has to be seen first; empty where there is nothing."""
    facts: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    sums: tuple[tuple[str, str], ...]


def sheet_of(invoice: str, owner: str, status: str, said: Mapping[str, Any]) -> Sheet:
    """Write down an invoice by its id, whose it is, its status and its attributes."""
    currency = said["currency"]
    facts = [
        ("Account", owner),
        ("From", _day(said["period_start"])),
        ("Until", _day(said["period_end"])),
        ("Status", status),
    ]
    facts += [
        (label, _day(said[name]))
        for label, name in (("Closed", "closed_at"), ("Due", "due_on"), ("Paid", "paid_at"))
        if said.get(name)
    ]
    rows = (
        Row(item["description"], _detail(item, currency), money(item["cents"], currency))
        for item in said["items"]
    )
    sums = (("Subtotal", "subtotal_cents"), ("Tax", "tax_cents"), ("Total", "total_cents"))
    return Sheet(
        title=f"Invoice {invoice}",
        notice=_notice(status, said["total_cents"]),
        facts=tuple(facts),
        rows=tuple(rows),
        sums=tuple((label, money(said[name], currency)) for label, name in sums),
    )


def _notice(status: str, cents: int) -> str:
    """Why it is not to be paid, if it is not."""
    if status == "draft":
        return DRAFT
    if status != "carried":
        return ""
    if cents > 0:
        return SMALL
    return IN_FAVOUR if cents else COVERED


def money(cents: int, currency: str) -> str:
    """Write an amount: `-12.05 USD`."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02d} {currency}"


def long(seconds: int) -> str:
    """Write how long something ran: `3 d 04:05:06`."""
    days, rest = divmod(abs(seconds), DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, left = divmod(rest, MINUTE)
    return f"{'-' if seconds < 0 else ''}{days} d {hours:02d}:{minutes:02d}:{left:02d}"


def _detail(item: Mapping[str, Any], currency: str) -> str:
    if item["kind"] in {"run", "correction"}:
        return f"{long(item['seconds'])} at {money(item['monthly_cents'], currency)} a month"
    if item["kind"] == "plan":
        return long(item["seconds"])
    return str(item["refers_to"] or "")


def _day(moment: str) -> str:
    return f"{moment[:10]} {moment[11:16]} UTC"
