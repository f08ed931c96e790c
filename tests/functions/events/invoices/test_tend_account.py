"""An account's months are closed and its draft is refreshed, whatever others come to."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.errors import Stale, Unavailable
from chalicelib.ports.ledger import PLATFORM, creator, customer
from chalicelib.runtime import wiring
from chalicelib.services.billing import invoice_rounds, invoicing, ledger
from tests.functions import bills
from tests.functions.bills import OCTOBER
from tests.functions.checks import Checked
from tests.permissions import unwatched


def balance(account: str) -> int:
    with unwatched():
        return sum(entry.cents for entry in wiring.ledger().of_account(account))


def test_month_that_is_over_is_closed_with_its_entries_and_once(here: Checked, owner: str) -> None:
    maker = f"maker-of-{owner}"
    bills.ran(owner, since=OCTOBER.since, creator=maker)
    kept = balance(PLATFORM)
    bills.move_to(here, OCTOBER.since + 3600)
    bills.deliver({"owner": owner})
    draft = bills.invoice_of(owner)
    bills.move_to(here, OCTOBER.until + 7300)

    for _ in range(2):
        assert bills.deliver({"owner": owner}, {"owner": owner}) == []

    closed = bills.invoice_of(owner)
    assert draft is not None
    assert closed is not None
    assert (draft.id, draft.status, closed.status) == (closed.id, "draft", "pending")
    assert closed.attributes["total_cents"] == 3100
    assert balance(customer(owner)) == 3100
    assert balance(creator(maker)) == -2635
    assert balance(PLATFORM) - kept == -465
    told = [entry.name for entry in wiring.records().journal(closed.id, limit=9)]
    assert told == ["invoice_closed", "bill_begun"]
    assert bills.invoice_of(owner, OCTOBER.next) is not None


def test_shares_of_many_creators_are_entered_by_what_the_function_may_do(
    here: Checked, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "AT_ONCE", 2)
    makers = [f"maker-{number}-of-{owner}" for number in range(5)]
    for maker in makers:
        bills.ran(owner, since=OCTOBER.since, creator=maker)
    kept = balance(PLATFORM)
    bills.move_to(here, OCTOBER.until + 7300)

    for _ in range(2):
        assert bills.deliver({"owner": owner}) == []

    assert [balance(creator(maker)) for maker in makers] == [-2635] * 5
    assert (balance(customer(owner)), balance(PLATFORM) - kept) == (3100 * 5, -465 * 5)


def test_account_that_fails_comes_again_and_keeps_nobody_waiting(
    here: Checked, owner: str, stranger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bills.ran(stranger, since=OCTOBER.since)
    bills.move_to(here, OCTOBER.since + 3600)
    tend = invoicing.tend

    def failing(tools: Any, who: str, **given: Any) -> Any:
        if who == owner:
            raise Unavailable("The table does not answer.")
        if who == "overtaken":
            raise Stale("It changed meanwhile.")
        return tend(tools, who, **given)

    monkeypatch.setattr(invoice_rounds.invoicing, "tend", failing)

    again = bills.deliver(
        {"owner": owner}, {"nonsense": 1}, {"owner": "overtaken"}, {"owner": stranger}
    )

    assert again == ["0", "1"]
    assert bills.invoice_of(stranger) is not None
