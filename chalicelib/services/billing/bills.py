"""What the invoice of a month says: from what an account ran, from prices, and from what is closed.

A closed month stays as it is. Where its intervals say something else by now, since a run turned out
to have ended before, the difference is a correction on the draft: of the `LOOK_BACK` months before
it, line by line, less what was corrected meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.billing.intervals import Interval, Price
from chalicelib.domain.billing.invoice import (
    EARNING,
    Item,
    carried_item,
    correction_items,
    credit_item,
    dispute_item,
    invoice_id,
    run_items,
)
from chalicelib.domain.billing.lines import lines_of
from chalicelib.domain.billing.month import Month
from chalicelib.ports.ledger import customer
from chalicelib.ports.records import Record, Selection
from chalicelib.services.billing.billed import with_items
from chalicelib.services.plans.subscriptions import is_order
from chalicelib.services.tools import Tools

LOOK_BACK = 3
"""How many closed months are held against what is known by now."""
NEWEST = 24
"""How many of an account's invoices are looked through for what is open."""


@dataclass
class Books:
    """An account's invoices by month, and what it ran in these months."""

    tools: Tools
    owner: str
    now: int
    intervals: tuple[Interval, ...]
    prices: dict[str, tuple[Price, ...]]
    over: tuple[Month, ...]
    """The months that are to be closed if they are not, the oldest first."""
    invoices: dict[Month, Record] = field(default_factory=dict)

    @property
    def current(self) -> Month:
        """The month that goes on."""
        return Month.at(self.now)

    def is_closed(self, month: Month) -> bool:
        """Whether nothing of a month's invoice changes any more, be it that it never had one."""
        invoice = self.invoices.get(month)
        if invoice is not None:
            return invoice.status != "draft"
        return any(later > month and self.is_closed(later) for later in self.invoices)


@dataclass(frozen=True)
class Bill:
    """The items of an invoice, and what they were made of."""

    items: list[Item]
    intervals: tuple[Interval, ...]
    prices: dict[str, tuple[Price, ...]]
    now: int

    @property
    def evidence(self) -> dict[str, Any]:
        """Plain data, as it is kept with a closed invoice: what its lines are computed from."""
        return {
            "now": self.now,
            "intervals": [_plain(one) for one in self.intervals],
            "prices": [asdict(one) for several in self.prices.values() for one in several],
        }


def open_books(tools: Tools, owner: str, *, since: Month | None = None) -> Books:
    """Read what invoices are made of, of the present and as far back as a month that is open.

    That may be any of the `LOOK_BACK` months before, or an earlier one that `since` names; each
    looks back as far itself.
    """
    now = clock.seconds_of(tools.now())
    current = Month.at(now)
    oldest = min(since or current, *months_before(current))
    months = [*months_before(oldest), oldest]
    while months[-1] < current:
        months.append(months[-1].next)
    intervals = tools.runs().reaching(owner, since=months[0].since, until=current.until)
    prices = tools.runs().prices(sorted({one.template for one in intervals}))
    ids = {invoice_id(owner, month): month for month in months}
    found = tools.records().get_many(tuple(ids))
    invoices = {
        # A draft's items say nothing: it is computed anew.
        ids[record.id]: record if record.status == "draft" else with_items(tools, record)
        for record in found.values()
    }
    over = tuple(month for month in months if oldest <= month < current)
    return Books(tools, owner, now, intervals, prices, over, invoices)


def first_open(tools: Tools, owner: str) -> Month:
    """The first month that may be open: of the oldest draft, or after the last that is closed.

    Months are closed the oldest first. Where nothing tells, a year is looked back.
    """
    current = Month.at(clock.seconds_of(tools.now()))
    newest = Selection("invoices", owner=owner)
    page = tools.records().select(newest, limit=NEWEST, after=None, before=None)
    drafts: list[Month] = []
    closed: list[Month] = []
    for invoice in page.records:
        if is_order(invoice):
            continue
        month = Month.of(invoice.attributes["month"])
        (drafts if invoice.status == "draft" else closed).append(month)
    earliest = Month(current.year - 1, current.number)
    following = max(closed).next if closed else earliest
    return min(current, max(following, earliest), *drafts)


def months_before(month: Month) -> list[Month]:
    """The months that are looked back on, the oldest first."""
    found: list[Month] = []
    while len(found) < LOOK_BACK:
        month = month.previous
        found.insert(0, month)
    return found


def bill_of(books: Books, month: Month) -> Bill:
    """What an account owes for a month, as far as it is known."""
    items = run_items(month, lines_of(month, books.intervals, books.prices, now=books.now))
    for earlier in months_before(month):
        if books.is_closed(earlier):
            items += _corrections(books, earlier, month)
    items += brought(books, month)
    return Bill(items, *_evidence(books, month), books.now)


def _corrections(books: Books, earlier: Month, month: Month) -> list[Item]:
    """What a closed month should have said by now, less what it and those after it said."""
    billed = [
        item
        for invoiced, invoice in books.invoices.items()
        if earlier <= invoiced < month and books.is_closed(invoiced)
        for item in invoice.attributes["items"]
        if item["kind"] in EARNING and item["month"] == str(earlier)
    ]
    lines = lines_of(earlier, books.intervals, books.prices, now=books.now)
    return correction_items(earlier, billed, lines)


def brought(books: Books, month: Month) -> list[Item]:
    """What an invoice has besides runs: what the one before left, credits, what banks took back."""
    return [*_carried(books, month), *_credits(books, month)]


def _carried(books: Books, month: Month) -> Iterator[Item]:
    """What the invoice of the month before left to this one."""
    before = books.invoices.get(month.previous)
    if before is not None and before.status == "carried" and before.attributes["total_cents"]:
        yield carried_item(month.previous, before.id, before.attributes["total_cents"])


def _credits(books: Books, month: Month) -> Iterator[Item]:
    """What was credited within a month, and what payers' banks or refunds took back of that."""
    since, until = clock.text_at(month.since), clock.text_at(month.until)
    account = customer(books.owner)
    for entry in books.tools.ledger().of_account(account, since=since, until=until):
        if entry.kind in {"credit", "refund"}:
            yield credit_item(month, entry.transaction, -entry.cents)
        if entry.kind == "dispute_lost":
            yield dispute_item(month, entry.transaction, entry.cents)


def _plain(run: Interval) -> dict[str, Any]:
    return {
        "deployment": run.deployment,
        "template": run.template,
        "since": run.since,
        "until": run.until,
    }


def _evidence(
    books: Books, month: Month
) -> tuple[tuple[Interval, ...], dict[str, tuple[Price, ...]]]:
    """The intervals that reach into a month, and the prices of what ran."""
    reaching = [one.within(month, books.now) for one in books.intervals]
    intervals = tuple(
        one for one, (since, until) in zip(books.intervals, reaching, strict=True) if since < until
    )
    templates = {one.template for one in intervals}
    return intervals, {name: books.prices[name] for name in books.prices if name in templates}
