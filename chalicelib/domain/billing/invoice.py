"""An invoice of one account and month: its id, its items, and what becomes of it at the end."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any, Literal

from typing_extensions import TypedDict

from chalicelib.domain import clock
from chalicelib.domain.billing.lines import Line
from chalicelib.domain.billing.month import Month

ItemKind = Literal["run", "correction", "carried", "credit", "dispute", "plan"]
Fate = Literal["pending", "carried", "removed"]
EARNING = frozenset({"run", "correction"})
"""Kinds of items that are owed and earned anew; the others were told before."""


class Item(TypedDict):
    """One line of an invoice, in whole cents."""

    kind: ItemKind
    """`run`: an app at one price; `correction`: what an earlier month should have said;
    `carried`: an earlier invoice that was too small to be paid; `credit`: what was given;
    `dispute`: a payment that the payer's bank took back; `plan`: a plan that is bought, or what is
    left of the one before."""
    deployment_id: str | None
    deployment_name: str | None
    template_id: str | None
    template_name: str | None
    creator_id: str | None
    """Who made the template and earns by it."""
    monthly_cents: int
    price_since: str | None
    """Since when that is the price."""
    seconds: int
    """How long it ran at that price in the month; of a correction, how much longer or shorter."""
    cents: int
    month: str
    """The month that it is of."""
    refers_to: str | None
    """The invoice that was carried over, the transaction of a credit or dispute, or the plan."""
    description: str


def invoice_id(owner: str, month: Month) -> str:
    """The id of the one invoice that an account has for a month."""
    return "inv_" + sha256(f"{owner}#{month}".encode()).hexdigest()[:16]


def title_of(month: Month) -> str:
    """A month as people write it."""
    return f"{month_name[month.number]} {month.year}"


def run_items(month: Month, lines: Iterable[Line]) -> list[Item]:
    """The items of apps that ran."""
    return [_run_item(month, line) for line in lines]


def _run_item(month: Month, line: Line) -> Item:
    return Item(
        kind="run",
        deployment_id=line.deployment,
        deployment_name=line.deployment_name,
        template_id=line.template,
        template_name=line.template_name,
        creator_id=line.creator,
        monthly_cents=line.monthly_cents,
        price_since=clock.text_at(line.price_at),
        seconds=line.seconds,
        cents=line.cents,
        month=str(month),
        refers_to=None,
        description=f"{line.deployment_name} ({line.template_name}), {title_of(month)}",
    )


def correction_items(month: Month, billed: Iterable[Item], lines: Iterable[Line]) -> list[Item]:
    """What the lines of a closed month come to by now, less what was billed for it since.

    Where an app ran for less or more, rounding may move a cent to or from one that did not: that is
    of the app that changed, so that nobody is told of a correction of nothing.
    """
    found: dict[tuple[Any, ...], Item] = {}
    for sign, items in ((1, run_items(month, lines)), (-1, billed)):
        for item in items:
            key = (item["deployment_id"], item["template_id"], item["price_since"])
            known = found.setdefault(key, {**item, "kind": "correction", "cents": 0, "seconds": 0})
            known["cents"] += sign * item["cents"]
            known["seconds"] += sign * item["seconds"]
    return [
        {**item, "description": f"Correction: {item['description'].removeprefix('Correction: ')}"}
        for item in _of_what_changed(list(found.values()))
        if item["cents"]
    ]


def _of_what_changed(items: list[Item]) -> list[Item]:
    """The items of apps that ran for less or more, with the cents of the others in the largest."""
    changed = [item for item in items if item["seconds"]]
    moved = sum(item["cents"] for item in items if not item["seconds"])
    if changed:
        max(changed, key=lambda item: abs(item["cents"]))["cents"] += moved
        return changed
    return items if moved else []


def carried_item(month: Month, invoice: str, cents: int) -> Item:
    """What an earlier invoice left to the next one."""
    return _plain("carried", month, cents, invoice, f"Carried over from {title_of(month)}")


def credit_item(month: Month, transaction: str, cents: int) -> Item:
    """What was given to an account, or taken from that again."""
    said = "Credit" if cents > 0 else "Credit that was paid back"
    return _plain("credit", month, -cents, transaction, said)


def dispute_item(month: Month, transaction: str, cents: int) -> Item:
    """What the payer's bank took back for good: it is owed anew."""
    said = "Payment that the bank took back"
    return _plain("dispute", month, cents, transaction, said)


def plan_item(month: Month, plan: str, cents: int, seconds: int, description: str) -> Item:
    """A plan for so long, or what is left of one: then both are below zero."""
    item = _plain("plan", month, cents, f"plan:{plan}", description)
    return {**item, "seconds": seconds}


def _plain(kind: ItemKind, month: Month, cents: int, refers_to: str, description: str) -> Item:
    return Item(
        kind=kind,
        deployment_id=None,
        deployment_name=None,
        template_id=None,
        template_name=None,
        creator_id=None,
        monthly_cents=0,
        price_since=None,
        seconds=0,
        cents=cents,
        month=str(month),
        refers_to=refers_to,
        description=description,
    )


def total_cents(items: Iterable[Item]) -> int:
    """What all items come to."""
    return sum(item["cents"] for item in items)


def earned_cents(items: Iterable[Item]) -> int:
    """What is owed anew, by apps that ran."""
    return sum(item["cents"] for item in items if item["kind"] in EARNING)


def fate_of(items: Sequence[Item], minimum: int) -> Fate:
    """What becomes of a draft when its month is closed.

    A total below what can be charged at all is carried over, so is one below zero, and one that
    credits made zero; what has nothing to tell is removed.
    """
    if total_cents(items) >= max(minimum, 1):
        return "pending"
    return "carried" if any(item["cents"] for item in items) else "removed"
