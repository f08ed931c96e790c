"""What an account cost and paid is what the ledger says, as a customer and as a creator."""

from __future__ import annotations

from chalicelib.domain.billing.invoice import invoice_id
from chalicelib.runtime import wiring
from chalicelib.services.billing import ledger
from functions.calls.accounts import add_up
from functions.calls.ledger import enter
from tests.functions import bills, things
from tests.functions.bills import OCTOBER
from tests.functions.calls.asking import ask, last_told
from tests.functions.checks import Checked
from tests.permissions import unwatched


def test_what_was_owed_paid_given_and_earned_is_added_up(here: Checked, owner: str) -> None:
    maker = f"maker-of-{owner}"
    bills.ran(owner, since=OCTOBER.since, creator=maker)
    bills.move_to(here, OCTOBER.until + 7300)
    bills.deliver({"owner": owner})
    name = invoice_id(owner, OCTOBER)
    invoice = wiring.records().get(name)
    assert invoice is not None
    with unwatched():
        for write in (
            ledger.paid(invoice, payment="pay_1", cents=3100, at=wiring.now()),
            ledger.overpaid(invoice, payment="pay_2", cents=3100, at=wiring.now()),
            ledger.refunded(invoice, refund="re_1", cents=100, at=wiring.now()),
        ):
            wiring.records().commit(write)
    ask(enter.handler, kind="credit", subject=name, cents=120, reference=f"ticket-{owner}")

    found = ask(add_up.handler, account=owner, reason="Ticket 12")

    assert found["owed_cents"] == 3100
    assert found["paid_cents"] == 6100
    assert found["credited_cents"] == 120
    assert found["balance_cents"] == 3100 - 6200 - 120
    assert (found["earned_cents"], found["paid_out_cents"]) == (0, 0)
    assert {"id": name, "month": str(OCTOBER), "status": "pending", "total_cents": 3100} in found[
        "invoices"
    ]
    assert last_told(f"subscription-{owner}")[0] == "account_looked_at"


def test_creators_share_is_told_beside(here: Checked, owner: str) -> None:
    maker = f"maker-of-{owner}"
    things.published(here, maker)
    bills.ran(owner, since=OCTOBER.since, creator=maker)
    bills.move_to(here, OCTOBER.until + 7300)
    bills.deliver({"owner": owner})

    found = ask(add_up.handler, account=maker, reason="Ticket 12")

    assert (found["earned_cents"], found["owed_cents"], found["invoices"]) == (2635, 0, [])
