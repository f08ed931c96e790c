"""Whatever customers live through, invoices, ledger and what ran agree to the cent."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import pytest

from chalicelib.domain.billing.intervals import Interval
from chalicelib.domain.billing.month import Month
from chalicelib.domain.errors import Stale, Unavailable
from chalicelib.ports.ledger import creator, customer
from chalicelib.ports.records import Record
from chalicelib.services.billing import ledger
from chalicelib.services.billing.invoicing import preview, tend
from tests.billed import DAY, OCTOBER, Billed, closing_time

CUSTOMERS = 1000
MONTHS = 2
STARTS = (Month(2027, 12), Month(2028, 1), Month(2026, 10), Month(2027, 2))
"""From some of them a leap day is lived through, and from one the turn of a year."""


@dataclass
class Life:
    """A customer's life of some months, by chance."""

    luck: random.Random
    here: Billed = field(default_factory=Billed)
    start: Month = OCTOBER
    prices: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    runs: list[Interval] = field(default_factory=list)
    given: int = 0
    """What was credited, paid or otherwise taken off what is owed."""
    credits: dict[str, int] = field(default_factory=dict)
    """By transaction: what the month's invoice has to have of it."""
    kills: int = 0

    def __post_init__(self) -> None:
        self.start = self.luck.choice(STARTS)
        self.here.now = self.start.since
        self.here.fee = self.luck.choice([0, 1, 1500, 3333, 10_000])
        for template in ("tmpl_a", "tmpl_b", "tmpl_free"):
            self.prices[template] = []
            self.set_price(template, 0 if template == "tmpl_free" else self.luck.randint(1, 9000))

    def live(self) -> None:
        """Do something by chance every few days; months are closed when they are due."""
        end = self.start
        for _ in range(MONTHS):
            end = end.next
        while self.here.now < end.until:
            step = self.luck.choice([1, DAY, 9 * DAY, 18 * DAY])
            month = Month.at(self.here.now)
            self.here.now += self.luck.randint(1, step)
            if Month.at(self.here.now) > month:
                self.tended()
            self.luck.choice([self.begin, self.end, self.end_late, self.look, self.money])()
            if self.luck.random() < 0.1:
                template = self.luck.choice(["tmpl_a", "tmpl_b"])
                self.set_price(template, self.luck.randint(0, 9000))
        for number, run in enumerate(self.runs):
            if run.until is None:
                self.stop(number, self.here.now)
        for _ in range(2):
            self.here.now = closing_time(Month.at(self.here.now)) + DAY
            self.tended()

    def set_price(self, template: str, cents: int) -> None:
        self.here.costs(template, cents, self.here.now)
        self.prices[template].append((self.here.now, cents))

    def begin(self) -> None:
        template = self.luck.choice(list(self.prices))
        maker = f"maker-of-{template}"
        run = self.here.runs("user", template, since=self.here.now, creator=maker)
        self.runs.append(run)

    def end(self) -> None:
        self.stop_one(self.here.now)

    def end_late(self) -> None:
        """A server was lost a while ago, be it in a month that is closed."""
        self.stop_one(self.here.now - self.luck.randint(0, 40 * DAY))

    def stop_one(self, at: int) -> None:
        running = [number for number, run in enumerate(self.runs) if run.until is None]
        if running:
            self.stop(self.luck.choice(running), at)

    def stop(self, number: int, at: int) -> None:
        run = self.runs[number]
        self.here.ends(run, at)
        self.runs[number] = run.ended(at, now=self.here.now)

    def look(self) -> None:
        self.luck.choice([self.tended, lambda: preview(self.here.tools, "user")])()

    def tended(self) -> None:
        """Tend the account as a queue does, with a function that is killed now and then."""
        commit = self.here.store.commit
        drafts = [
            Month.of(one.attributes["month"]) for one in self.invoices() if one.status == "draft"
        ]

        def killed(*writes: Any) -> None:
            fate = self.luck.random()
            if fate > 0.3:
                commit(*writes)
            if fate < 0.6:
                self.kills += 1
                raise Unavailable("It was killed there.")

        self.here.store.commit = killed  # type: ignore[method-assign]
        for _ in range(200):
            try:
                tend(self.here.tools, "user", since=min(drafts, default=None))
            except (Unavailable, Stale):
                continue
            break
        self.here.store.commit = commit  # type: ignore[method-assign]

    def money(self) -> None:
        """Something is paid, credited or given back of an invoice that is closed."""
        closed = [one for one in self.invoices() if one.status in {"pending", "carried"}]
        if not closed:
            return
        invoice, cents = self.luck.choice(closed), self.luck.randint(1, 3000)
        what, at = f"x{self.here.now}", self.here.at()
        writes = {
            "paid": ledger.paid(invoice, payment=what, cents=cents, at=at),
            "credited": ledger.credited(invoice, credit=what, cents=cents, at=at),
            "overpaid": ledger.overpaid(invoice, payment=what, cents=cents, at=at),
            "refunded": ledger.refunded(invoice, refund=what, cents=cents, at=at),
            "credit refunded": ledger.refunded(
                invoice, refund=what, cents=cents, at=at, of_credit=True
            ),
        }
        kind = self.luck.choice(list(writes))
        write = writes[kind]
        self.here.store.commit(write)
        self.given += {"refunded": 0, "credit refunded": -cents}.get(kind, cents)
        if kind in {"credited", "overpaid", "credit refunded"}:
            self.credits[write.transaction] = cents if kind == "credit refunded" else -cents

    # What is to hold -----------------------------------------------------------------------------

    def invoices(self) -> list[Record]:
        found = [self.here.store.get(one) for one in self.here.store.items]
        return [one for one in found if one is not None and one.type == "invoices"]

    def owed(self, month: Month) -> int:
        """What a month comes to, second by second, by nothing that the product computes with."""
        exact = 0
        for run in self.runs:
            changes = self.prices[run.template]
            for place, (at, cents) in enumerate(changes):
                over = changes[place + 1][0] if place + 1 < len(changes) else month.until
                assert run.until is not None
                since = max(at, run.since, month.since)
                until = min(over, run.until, month.until)
                exact += max(0, until - since) * cents
        return exact // month.seconds


def items_by_month(life: Life) -> Counter[str]:
    """What was billed for each month, corrections of later ones included."""
    found: Counter[str] = Counter()
    for invoice in life.invoices():
        for item in invoice.attributes["items"]:
            if item["kind"] in {"run", "correction"}:
                found[item["month"]] += item["cents"]
    return found


def check_carried_and_credited(life: Life) -> None:
    """What an invoice leaves is an item of the one it names, and each credit one, both once."""
    invoices = {one.id: one for one in life.invoices()}
    items = [
        (invoice.id, item["kind"], item["refers_to"], item["cents"])
        for invoice in invoices.values()
        for item in invoice.attributes["items"]
        if item["kind"] in {"carried", "credit"}
    ]
    carried = sorted(
        (one.attributes["carried_to"], "carried", one.id, one.attributes["total_cents"])
        for one in invoices.values()
        if one.status == "carried" and one.attributes["total_cents"]
    )
    assert sorted(one for one in items if one[1] == "carried") == carried
    credited = Counter(dict.fromkeys(life.credits.items(), 1))
    assert Counter((what, cents) for _, kind, what, cents in items if kind == "credit") == credited
    billed = sum(items_by_month(life).values()) + sum(life.credits.values())
    final = (one for one in invoices.values() if one.status in {"pending", "draft"})
    assert sum(one.attributes["total_cents"] for one in final) == billed


def check(life: Life) -> None:
    check_carried_and_credited(life)
    invoices, billed = life.invoices(), items_by_month(life)
    month, owed = life.start, 0
    while month.since < life.here.now:
        assert billed[str(month)] == life.owed(month), month
        owed += life.owed(month)
        month = month.next
    assert {one.status for one in invoices} <= {"pending", "carried", "removed", "draft"}
    assert len({one.attributes["month"] for one in invoices}) == len(invoices)
    for invoice in invoices:
        items = invoice.attributes["items"]
        assert invoice.attributes["total_cents"] == sum(item["cents"] for item in items)
        assert (invoice.status == "pending") <= (invoice.attributes["total_cents"] >= 50)
    balances = life.here.balances()
    assert sum(balances.values()) == 0
    for write in life.here.store.transactions.values():
        assert sum(entry.cents for entry in write.entries) == 0
    assert balances.get(customer("user"), 0) == owed - life.given
    earned = -sum(cents for name, cents in balances.items() if name.startswith("creator:"))
    part = Fraction(owed * (10_000 - life.here.fee), 10_000)
    assert abs(earned - part) <= 2 * len(invoices)  # a cent at most for each of two creators
    assert balances.get(creator("maker-of-tmpl_free"), 0) == 0


@pytest.mark.parametrize("part", range(10))
def test_invoices_ledger_and_what_ran_agree_to_the_cent(part: int) -> None:
    kills = 0
    for seed in range(part, CUSTOMERS, 10):
        life = Life(random.Random(seed))
        life.live()
        check(life)
        kills += life.kills
    assert kills > CUSTOMERS / 10
