"""Transactions of the ledger: who owes whom after each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.billing.invoice import credit_item, run_items
from chalicelib.domain.billing.month import Month
from chalicelib.ports.ledger import DISPUTED, PLATFORM, PROCESSOR, Enter, creator, customer
from chalicelib.ports.records import Record
from chalicelib.services.billing import ledger
from tests.unit.domain.billing.test_invoice import LINE, OCTOBER

AT = "2026-11-05T00:00:00.000Z"
INVOICE = Record(
    id="inv_a", type="invoices", owner="user", status="draft", created_at=AT, updated_at=AT
)
OTHER = replace(LINE, deployment="app-2", creator="second", template="tmpl_b", cents=101)


def sides(write: Enter) -> dict[str, int]:
    return {entry.account: entry.cents for entry in write.entries}


def test_closing_tells_what_is_owed_earned_and_kept() -> None:
    [write] = ledger.closed(INVOICE, OCTOBER, run_items(OCTOBER, [LINE, OTHER]), 1500)

    assert sides(write) == {
        customer("user"): 601,
        creator("maker"): -425,
        creator("second"): -86,
        PLATFORM: -90,
    }
    assert (write.transaction, write.kind, write.about) == (
        "close_inv_a",
        "invoice_closed",
        "inv_a",
    )
    assert write.at == "2026-11-01T00:00:00.000Z"
    [first, *_] = [entry for entry in write.entries if entry.account == creator("maker")]
    assert first.data == {
        "month": "2026-10",
        "fee": 75,
        "templates": {"tmpl_wiki": {"name": "Wiki", "cents": 500}},
    }


def test_lines_that_cancel_each_other_are_told_to_their_creator() -> None:
    more, less = replace(LINE, cents=5), replace(LINE, template="tmpl_b", cents=-5)

    [write] = ledger.closed(INVOICE, OCTOBER, run_items(OCTOBER, [more, less]), 1500)

    assert sides(write) == {creator("maker"): 0}
    assert {name: of["cents"] for name, of in write.entries[0].data["templates"].items()} == {
        "tmpl_wiki": 5,
        "tmpl_b": -5,
    }


def test_own_app_is_billed_as_any_other() -> None:
    [write] = ledger.closed(
        replace(INVOICE, owner="maker"), OCTOBER, run_items(OCTOBER, [LINE]), 1500
    )

    assert sides(write) == {customer("maker"): 500, creator("maker"): -425, PLATFORM: -75}


def test_what_nobody_made_is_the_platforms() -> None:
    items = run_items(OCTOBER, [replace(LINE, creator="")])

    [write] = ledger.closed(INVOICE, OCTOBER, items, 1500)

    assert sides(write) == {
        customer("user"): 500,
        PLATFORM: -500,
    }


def test_what_was_told_before_is_not_told_again() -> None:
    assert ledger.closed(INVOICE, OCTOBER, [credit_item(OCTOBER, "credit_a", 100)], 1500) == ()
    assert ledger.closed(INVOICE, Month(2026, 1), [], 1500) == ()


def test_each_event_of_money_moves_between_two_accounts() -> None:
    owing = customer("user")

    assert sides(ledger.paid(INVOICE, payment="pi_1", cents=601, at=AT)) == {
        PROCESSOR: 601,
        owing: -601,
    }
    assert sides(ledger.overpaid(INVOICE, payment="pi_2", cents=601, at=AT)) == {
        PROCESSOR: 601,
        owing: -601,
    }
    assert sides(ledger.refunded(INVOICE, refund="re_1", cents=100, at=AT)) == {
        PLATFORM: 100,
        PROCESSOR: -100,
    }
    assert sides(ledger.credited(INVOICE, credit="c1", cents=50, at=AT)) == {
        PLATFORM: 50,
        owing: -50,
    }
    assert sides(ledger.disputed(INVOICE, dispute="dp_1", cents=601, at=AT)) == {
        DISPUTED: 601,
        PROCESSOR: -601,
    }
    assert sides(ledger.dispute_won(INVOICE, dispute="dp_1", cents=601, at=AT)) == {
        PROCESSOR: 601,
        DISPUTED: -601,
    }
    assert sides(ledger.dispute_lost(INVOICE, dispute="dp_1", cents=601, at=AT)) == {
        owing: 601,
        DISPUTED: -601,
    }
    assert sides(ledger.paid_out("maker", payout="po_1", cents=425, at=AT)) == {
        creator("maker"): 425,
        PROCESSOR: -425,
    }


def test_id_of_a_transaction_follows_from_what_it_tells() -> None:
    first = ledger.paid(INVOICE, payment="pi_1", cents=601, at=AT)

    assert first.transaction == "payment_pi_1"
    lost = ledger.disputed(INVOICE, dispute="dp_1", cents=1, at=AT)
    won = ledger.dispute_won(INVOICE, dispute="dp_1", cents=1, at=AT)
    assert lost.transaction != won.transaction


@pytest.mark.parametrize("cents", [0, -1])
def test_amount_that_is_none_is_refused(cents: int) -> None:
    with pytest.raises(ValueError, match="cents"):
        ledger.paid(INVOICE, payment="pi_1", cents=cents, at=AT)
