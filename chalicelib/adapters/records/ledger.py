"""The ledger in the table of money: `chalicelib.ports.ledger.Ledger` made real, and its write.

Each entry is an item of its account, `ledger#<account>`. Each transaction is one more item, of
what it is about, `transactions#<subject>`: it holds all entries, and refuses to be made again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chalicelib.adapters.records.operations import Operation
from chalicelib.adapters.records.patience import patient
from chalicelib.adapters.records.tables import Tables
from chalicelib.domain.errors import Taken
from chalicelib.ports.ledger import Enter, Entered, Entry

LAST = "\uffff"
"""Sorts behind every time."""


class DynamoLedger:
    """The entries of one installation."""

    def __init__(self, tables: Tables) -> None:
        self.entries = tables.ledger
        self.transactions = tables.transactions

    @patient
    def of_account(
        self, account: str, *, since: str = "", until: str = "", limit: int | None = None
    ) -> tuple[Entered, ...]:
        """Read entries in one query; an entry's key begins with its time."""
        bounds = self.entries.sort.between(since or " ", until or LAST)
        query = self.entries.query(_partition(account), bounds, limit=limit, consistent_read=True)
        return tuple(
            Entered(
                transaction=item.transaction,
                kind=item.kind,
                about=item.about,
                at=item.at,
                account=item.account,
                other=item.other,
                cents=int(item.cents),
                data=item.data.as_dict(),
            )
            for item in query
        )

    @patient
    def about(self, subject: str) -> tuple[Entered, ...]:
        """Read the transactions about something in one query."""
        query = self.transactions.query(f"transactions#{subject}", consistent_read=True)
        found = [
            Entered(item.sort, item.kind, subject, item.at, **_plain(entry))
            for item in query
            for entry in item.entries
        ]
        return tuple(sorted(found, key=lambda one: (one.at, one.transaction)))


def enter(tables: Tables, write: Enter) -> Iterator[Operation]:
    """Yield what enters a transaction: itself, which guards the rest, and its entries."""
    again = Taken(f"{write.transaction} is entered already.")
    yield Operation(
        "put",
        tables.transactions(
            f"transactions#{write.about}",
            write.transaction,
            kind=write.kind,
            at=write.at,
            entries=[_fields(entry) for entry in write.entries],
        ),
        condition=tables.transactions.shard.does_not_exist(),
        refusal=lambda: again,
    )
    for entry in write.entries:
        yield Operation(
            "put",
            tables.ledger(
                _partition(entry.account),
                # A transaction's id is unique among those of what it is about alone.
                f"{write.at}#{write.about}#{write.transaction}",
                transaction=write.transaction,
                kind=write.kind,
                about=write.about,
                at=write.at,
                **_fields(entry),
            ),
            condition=tables.ledger.shard.does_not_exist(),
            refusal=lambda: again,
        )


def _partition(account: str) -> str:
    return f"ledger#{account}"


def _fields(entry: Entry) -> dict[str, Any]:
    return {
        "account": entry.account,
        "other": entry.other,
        "cents": entry.cents,
        "data": dict(entry.data),
    }


def _plain(entry: Any) -> dict[str, Any]:
    found: dict[str, Any] = entry.as_dict() if hasattr(entry, "as_dict") else dict(entry)
    return {**found, "cents": int(found["cents"])}
