"""The ledger of the store in memory: `chalicelib.ports.ledger.Ledger` without DynamoDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from chalicelib.ports.ledger import Enter, Entered
from tests.fakes.record_items import copied
from tests.fakes.records import FakeRecords


@dataclass
class FakeLedger:
    """Reads the transactions that a store holds."""

    store: FakeRecords

    def of_account(
        self, account: str, *, since: str = "", until: str = "", limit: int | None = None
    ) -> tuple[Entered, ...]:
        found = (
            one
            for one in _entries(self.store.transactions.values())
            if one.account == account and since <= one.at and (not until or one.at < until)
        )
        return _by_time(found)[:limit]

    def about(self, subject: str) -> tuple[Entered, ...]:
        found = (write for write in self.store.transactions.values() if write.about == subject)
        return _by_time(_entries(found))


def _entries(writes: Iterable[Enter]) -> Iterator[Entered]:
    for write in writes:
        for entry in write.entries:
            yield Entered(
                write.transaction, write.kind, write.about, write.at, **copied(asdict(entry))
            )


def _by_time(found: Iterable[Entered]) -> tuple[Entered, ...]:
    return tuple(sorted(found, key=lambda one: (one.at, one.about, one.transaction)))
