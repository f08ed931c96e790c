"""How an invoice came to what it says: intervals of running and prices, to compute it again.

A closed invoice is explained by what it was made of when it was closed, a draft by what is known
now.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.billing.invoice import invoice_id, total_cents
from chalicelib.domain.billing.month import Month
from chalicelib.domain.billing.order import worth_of
from chalicelib.ports.records import Record
from chalicelib.services.billing.billed import evidence_of, items_of
from chalicelib.services.billing.bills import Books, bill_of, brought, open_books
from chalicelib.services.plans.subscriptions import is_order
from chalicelib.services.tools import Tools


def explain(tools: Tools, invoice: Record) -> dict[str, Any]:
    """Return everything that an invoice is computed from, with its items."""
    said = invoice.attributes
    if invoice.status == "draft":
        bill = bill_of(open_books(tools, invoice.owner), Month.of(said["month"]))
        items: list[Any] = [dict(item) for item in bill.items]
        evidence, total = bill.evidence, total_cents(bill.items)
    else:
        items, evidence = items_of(tools, invoice), evidence_of(tools, invoice)
        total = said["total_cents"]
    return {
        "month": said["month"],
        "now": clock.text_at(int(evidence["now"])),
        "invoice": {
            "id": invoice.id,
            "status": invoice.status,
            "items": items,
            "total_cents": total,
            "currency": said["currency"],
        },
        "intervals": [_interval(one) for one in evidence["intervals"]],
        "prices": [{**one, "at": clock.text_at(int(one["at"]))} for one in evidence["prices"]],
        "carried": [_carried(item) for item in items if item["kind"] != "run"],
        "sources": _sources(tools, invoice),
    }


def _sources(tools: Tools, invoice: Record) -> dict[str, int]:
    """What is carried over, credited or taken back by what it comes from, and not by the items.

    Of an order of a plan, what it and what is left of the one before come to, computed again.
    """
    if is_order(invoice):
        return worth_of(evidence_of(tools, invoice))
    owner, month = invoice.owner, Month.of(invoice.attributes["month"])
    before = tools.records().get(invoice_id(owner, month.previous))
    left = {month.previous: before} if before else {}
    found: Counter[str] = Counter()
    for item in brought(Books(tools, owner, month.until, (), {}, (), left), month):
        found[str(item["refers_to"])] += item["cents"]
    return dict(found)


def _interval(one: dict[str, Any]) -> dict[str, Any]:
    until = one["until"]
    return {
        "deployment": one["deployment"],
        "template": one["template"],
        "since": clock.text_at(int(one["since"])),
        "until": None if until is None else clock.text_at(int(until)),
    }


def _carried(item: dict[str, Any]) -> dict[str, Any]:
    wanted = ("kind", "deployment_id", "template_id", "month", "refers_to", "seconds", "cents")
    return {name: item[name] for name in wanted}
