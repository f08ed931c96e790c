"""An invoice is shown to its customer with what the ledger has about it."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.services.billing import ledger
from tests.functions import things
from tests.functions.checks import Checked


def test_entries_are_shown_and_change_nothing(here: Checked, owner: str) -> None:
    invoice = things.invoice(owner)
    record = wiring.records().get(invoice)
    assert record is not None
    at, later = "2026-11-05T00:00:00.000Z", "2026-11-06T00:00:00.000Z"
    wiring.records().commit(ledger.paid(record, payment="pi_1", cents=500, at=at))
    wiring.records().commit(ledger.refunded(record, refund="re_1", cents=120, at=later))

    shown = here.call("GET", f"/invoices/{invoice}", user=owner)

    assert shown.attributes["entries"] == [
        {"transaction": "payment_pi_1", "kind": "payment", "at": at, "cents": 500},
        {"transaction": "refund_re_1", "kind": "refund", "at": later, "cents": 120},
    ]
    assert (shown.attributes["status"], shown.attributes["total_cents"]) == ("pending", 500)
    assert "evidence" not in shown.attributes
    [listed] = here.call("GET", "/invoices", user=owner).body["data"]
    assert "entries" not in listed["attributes"]


def test_removed_draft_and_strangers_invoice_are_not_found(
    here: Checked, owner: str, stranger: str
) -> None:
    gone, others = things.invoice(owner, status="removed"), things.invoice(stranger)

    assert here.call("GET", f"/invoices/{gone}", user=owner).status == 404
    assert here.call("GET", f"/invoices/{others}", user=owner).status == 404
