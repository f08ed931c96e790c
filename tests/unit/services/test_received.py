"""What creators can be paid out is what customers have paid and not taken back."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.billing.month import Month
from chalicelib.ports.ledger import creator
from chalicelib.ports.records import Change
from chalicelib.services.billing import ledger
from chalicelib.services.billing.earnings import earnings_of
from chalicelib.services.billing.invoicing import tend
from chalicelib.services.billing.received import available_cents
from chalicelib.services.billing.taking_back import GIVEN_BACK
from tests.billed import DAY, OCTOBER, Billed, closing_time

NOVEMBER = OCTOBER.next
EARNED = 2635


@pytest.fixture
def here() -> Billed:
    """One app ran for one month, and its invoice can be paid."""
    found = Billed()
    found.costs("tmpl_a", 3100)
    found.runs("user", since=OCTOBER.since, until=OCTOBER.until)
    found.now = closing_time(OCTOBER)
    tend(found.tools, "user")
    return found


def put(here: Billed, month: Month = OCTOBER, status: str = "paid", **attributes: Any) -> None:
    """Have an invoice be so."""
    record = here.invoice("user", month)
    assert record is not None
    here.store.commit(Change(of=record, status=status, attributes=attributes))


def available(here: Billed) -> int:
    return available_cents(here.tools, here.tools.ledger().of_account(creator("maker")))


@pytest.mark.parametrize("status", ["pending", "failed", "carried", "draft", "removed"])
def test_what_nobody_paid_is_pending(here: Billed, status: str) -> None:
    put(here, status=status)

    shown = earnings_of(here.tools, "maker")

    assert (shown["balance_cents"], shown["available_cents"]) == (EARNED, 0)
    assert shown["pending_cents"] == EARNED


@pytest.mark.parametrize(
    ("back", "left"), [(0, EARNED), (3100, 0), (1550, EARNED // 2), (1, EARNED - 1), (9999, 0)]
)
def test_what_went_back_is_not_available(here: Billed, back: int, left: int) -> None:
    put(here, **{GIVEN_BACK: back})

    assert available(here) == left


def test_what_was_paid_out_is_not_available(here: Billed) -> None:
    put(here)
    here.store.commit(ledger.paid_out("maker", payout="po", cents=1000, at=here.at()))

    assert available(here) == EARNED - 1000
    put(here, status="pending")
    assert available(here) == -1000


def lost(here: Billed, cents: int = 3100) -> None:
    """Have the bank take back what October's invoice was paid with."""
    put(here, **{GIVEN_BACK: cents})
    invoice = here.invoice("user", OCTOBER)
    assert invoice is not None
    told: dict[str, Any] = {"dispute": "dp_1", "cents": cents, "at": here.at()}
    here.store.commit(ledger.disputed(invoice, **told))
    here.store.commit(ledger.dispute_lost(invoice, **told))


@pytest.mark.parametrize(("cents", "left"), [(3100, 0), (1550, EARNED // 2)])
def test_what_is_owed_anew_after_a_lost_dispute_is_available_once_it_is_paid(
    here: Billed, cents: int, left: int
) -> None:
    here.now = NOVEMBER.since + DAY
    lost(here, cents)
    assert available(here) == left
    here.now = closing_time(NOVEMBER)
    tend(here.tools, "user")
    assert available(here) == left

    put(here, NOVEMBER)

    assert available(here) == EARNED


def test_what_is_taken_back_of_that_too_is_not_available(here: Billed) -> None:
    here.now = NOVEMBER.since + DAY
    lost(here)
    here.now = closing_time(NOVEMBER)
    tend(here.tools, "user")

    put(here, NOVEMBER, **{GIVEN_BACK: 3100})

    assert available(here) == 0


def test_what_was_carried_over_is_paid_with_the_next_invoice() -> None:
    here = Billed(minimum=3150)
    here.costs("tmpl_a", 3100)
    here.runs("user", since=OCTOBER.since, until=OCTOBER.until)
    here.runs("user", since=NOVEMBER.since, until=NOVEMBER.since + 3 * DAY)
    here.now = closing_time(OCTOBER)
    tend(here.tools, "user")
    assert available(here) == 0
    here.now = closing_time(NOVEMBER)
    tend(here.tools, "user")
    assert available(here) == 0

    put(here, NOVEMBER)

    assert available(here) == -here.balances()[creator("maker")]
