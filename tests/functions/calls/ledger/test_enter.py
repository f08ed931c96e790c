"""The operator gives credit and notes payouts, each once; no invoice changes."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.billing.invoice import invoice_id
from chalicelib.domain.errors_as_data import from_data
from chalicelib.ports.ledger import creator, customer
from chalicelib.runtime import wiring
from chalicelib.services.billing import entering
from functions.calls.ledger import enter
from tests.functions import bills, things
from tests.functions.bills import OCTOBER
from tests.functions.checks import Checked
from tests.permissions import unwatched


def code_of(answer: dict[str, Any]) -> str:
    """Why something is refused."""
    return from_data(answer["error"]).error_code


def entered(kind: str, subject: str, cents: int, reference: str = "ticket-1") -> dict[str, Any]:
    given = {"kind": kind, "subject": subject, "cents": cents, "reference": reference}
    return enter.handler(given, None)


def test_credit_is_entered_once_and_shown(here: Checked, owner: str) -> None:
    invoice = things.invoice(owner)
    before = wiring.records().get(invoice)

    first, again = entered("credit", invoice, 120), entered("credit", invoice, 120)

    assert first == {"answer": {"entered": True, "transaction": "credit_ticket-1"}}
    assert again["answer"]["entered"] is False
    assert wiring.records().get(invoice) == before
    shown = here.call("GET", f"/invoices/{invoice}", user=owner).attributes["entries"]
    assert [(one["kind"], one["cents"]) for one in shown] == [("credit", 120)]
    with unwatched():
        [entry] = wiring.ledger().of_account(customer(owner))
    assert entry.cents == -120
    [told] = wiring.records().journal(invoice, limit=9)
    assert (told.name, told.actor, told.data["cents"]) == ("money_entered", "operator", 120)


def test_reference_that_was_entered_with_another_amount_is_refused(
    here: Checked, owner: str
) -> None:
    invoice = things.invoice(owner)
    assert entered("credit", invoice, 120)["answer"]["entered"] is True

    assert code_of(entered("credit", invoice, 130)) == "reference_used"

    shown = here.call("GET", f"/invoices/{invoice}", user=owner).attributes["entries"]
    assert [one["cents"] for one in shown] == [120]


def test_refund_is_made_where_it_was_paid(here: Checked, owner: str) -> None:
    invoice = things.invoice(owner)

    assert code_of(entered("refund", invoice, 100)) == "refund_at_stripe"

    with unwatched():
        assert wiring.ledger().about(invoice) == ()


def test_no_more_is_paid_out_than_customers_have_paid(here: Checked, owner: str) -> None:
    maker = f"maker-of-{owner}"
    bills.ran(owner, since=OCTOBER.since, creator=maker)
    bills.move_to(here, OCTOBER.until + 7300)
    bills.deliver({"owner": owner})
    assert code_of(entered("payout", maker, 1)) == "too_much"
    things.put(invoice_id(owner, OCTOBER), status="paid")

    assert code_of(entered("payout", maker, 2636)) == "too_much"
    assert entered("payout", maker, 2635)["answer"]["entered"] is True
    assert entered("payout", maker, 2635)["answer"]["entered"] is False
    shown = here.call("GET", "/account/earnings", user=maker).attributes
    assert (shown["balance_cents"], shown["available_cents"], shown["pending_cents"]) == (0, 0, 0)


@pytest.mark.parametrize("status", ["draft", None])
def test_what_is_no_closed_invoice_is_refused(
    here: Checked, owner: str, status: str | None
) -> None:
    invoice = things.invoice(owner, status=status) if status else "inv_0000000000000000"

    answer = entered("credit", invoice, 100)

    assert code_of(answer) == ("wrong_state" if status else "not_found")


def test_two_payouts_at_one_moment_take_no_more_than_there_is(
    here: Checked, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker = f"maker-of-{owner}"
    bills.ran(owner, since=OCTOBER.since, creator=maker)
    bills.move_to(here, OCTOBER.until + 7300)
    bills.deliver({"owner": owner})
    things.put(invoice_id(owner, OCTOBER), status="paid")
    looked, others = entering.available_cents, ["payout-b"]

    def another_in_between(*given: Any) -> int:
        found = looked(*given)
        if others:
            assert entered("payout", maker, found, others.pop())["answer"]["entered"] is True
        return found

    monkeypatch.setattr(entering, "available_cents", another_in_between)
    with unwatched():
        most = looked(wiring, wiring.ledger().of_account(creator(maker)))

    assert code_of(entered("payout", maker, most, "payout-a")) == "contended"
    assert code_of(entered("payout", maker, most, "payout-a")) == "too_much"
