"""An installation in memory whose customers run apps, for tests of what is billed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from types import SimpleNamespace
from typing import Any, cast

from chalicelib.domain import clock
from chalicelib.domain.billing.intervals import Interval, Price
from chalicelib.domain.billing.invoice import invoice_id
from chalicelib.domain.billing.month import Month
from chalicelib.ports.ledger import Entered
from chalicelib.ports.records import Journal, Record
from chalicelib.ports.runs import BeginRun, EndRun, MarkAccount, SetPrice
from chalicelib.services.tools import Tools
from tests.fakes.contents import FakeContents
from tests.fakes.ledger import FakeLedger
from tests.fakes.records import FakeRecords
from tests.fakes.runs import FakeRuns

OCTOBER = Month(2026, 10)
DAY = 86_400


@dataclass
class Billed:
    """Its clock is `now`; queues keep what was sent."""

    now: int = OCTOBER.since
    fee: int = 1500
    minimum: int = 50
    store: FakeRecords = field(default_factory=FakeRecords)
    sent: dict[str, list[Any]] = field(default_factory=dict)
    contents: FakeContents = field(default_factory=FakeContents)
    numbers: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.store.now = self.at

    def at(self) -> str:
        return clock.text_at(self.now)

    @property
    def tools(self) -> Tools:
        settings = SimpleNamespace(
            currency="USD",
            minimum_charge_cents=self.minimum,
            platform_fee_basis_points=self.fee,
            due_days=14,
        )
        given = SimpleNamespace(
            records=lambda: self.store,
            runs=lambda: FakeRuns(self.store),
            ledger=lambda: FakeLedger(self.store),
            settings=lambda: settings,
            now=self.at,
            told=self.told,
            queue=self.queue,
            contents=lambda _folder: self.contents,
        )
        return cast("Tools", given)

    def told(self, record: Record, name: str, actor: str, **data: Any) -> Journal:
        return Journal(record.id, record.type, record.owner, name, self.at(), actor, data)

    def queue(self, name: str) -> Any:
        kept = self.sent.setdefault(name, [])
        return SimpleNamespace(send=kept.append, send_all=kept.extend)

    # What customers and creators do ------------------------------------------------------------

    def costs(self, template: str, cents: int, at: int = 0) -> None:
        self.store.commit(SetPrice(Price(template, at, cents)))

    def runs(
        self,
        owner: str,
        template: str = "tmpl_a",
        *,
        since: int,
        until: int | None = None,
        creator: str = "maker",
        app: str = "",
    ) -> Interval:
        name = app or f"app-{next(self.numbers)}"
        run = Interval(owner, name, name, template, template, creator, since, None)
        self.store.commit(BeginRun(run), MarkAccount(owner))
        if until is not None:
            self.ends(run, until)
        return run

    def ends(self, run: Interval, until: int) -> None:
        self.store.commit(EndRun(run.ended(until, now=max(until, self.now))))

    # What is seen ------------------------------------------------------------------------------

    def invoice(self, owner: str, month: Month = OCTOBER) -> Record | None:
        return self.store.get(invoice_id(owner, month))

    def entries(self) -> list[Entered]:
        writes = self.store.transactions.values()
        return [one for write in writes for one in FakeLedger(self.store).about(write.about)]

    def balances(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for write in self.store.transactions.values():
            for entry in write.entries:
                found[entry.account] = found.get(entry.account, 0) + entry.cents
        return found


def closing_time(month: Month) -> int:
    """When a month may be closed."""
    return month.until + 2 * 3600


Commit = Callable[..., None]
