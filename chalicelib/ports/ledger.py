"""Who owes whom: entries in whole cents that are made once and never changed.

A transaction is a few entries whose sum is zero, so the sum of all accounts always is. A positive
entry is what an account owes or holds (a customer's debt, the processor's money), a negative one
what it is owed or has earned (a creator's share, the platform's fee).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

EntryKind = Literal[
    "invoice_closed",
    "plan",
    "payment",
    "refund",
    "credit",
    "dispute",
    "dispute_won",
    "dispute_lost",
    "payout",
]

PLATFORM = "platform"
"""What the platform keeps, and what it gives."""
PROCESSOR = "processor"
"""What whoever takes payments holds for the platform."""
DISPUTED = "disputed"
"""What payers' banks hold until they have decided."""


def customer(account: str) -> str:
    """What an account owes."""
    return f"customer:{account}"


def creator(account: str) -> str:
    """What an account has earned and was not paid yet."""
    return f"creator:{account}"


@dataclass(frozen=True)
class Entry:
    """What a transaction does to one account."""

    account: str
    other: str
    """The account that it deals with."""
    cents: int
    data: Mapping[str, Any] = field(default_factory=dict)
    """What it is made of."""


@dataclass(frozen=True)
class Enter:
    """Enter one transaction, on condition that it was not entered before.

    `about` is the invoice that it belongs to, or the account where there is none; `at` is
    RFC 3339 UTC. Entries that do not sum to zero, or name an account twice, are no transaction.
    """

    transaction: str
    kind: EntryKind
    about: str
    at: str
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        accounts = [entry.account for entry in self.entries]
        if not accounts or len(set(accounts)) != len(accounts):
            raise ValueError(f"{self.transaction} names {accounts}; each account has one entry.")
        if total := sum(entry.cents for entry in self.entries):
            raise ValueError(f"The entries of {self.transaction} sum to {total} and not to zero.")


@dataclass(frozen=True)
class Entered:
    """One entry as read back."""

    transaction: str
    kind: EntryKind
    about: str
    at: str
    account: str
    other: str
    cents: int
    data: Mapping[str, Any] = field(default_factory=dict)


class Ledger(Protocol):
    """The reading side; entries are made by `Enter`, a write of the store."""

    def of_account(
        self, account: str, *, since: str = "", until: str = "", limit: int | None = None
    ) -> tuple[Entered, ...]:
        """Read an account's entries by time, consistently: from `since` on, and before `until`."""

    def about(self, subject: str) -> tuple[Entered, ...]:
        """Read the entries of all transactions about an invoice or account, by time."""
