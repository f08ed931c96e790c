"""A creator sees what apps brought by month and template, and what was paid."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.services.billing import ledger
from tests.functions import bills
from tests.functions.bills import OCTOBER
from tests.functions.checks import Checked
from tests.permissions import unwatched

PAID = "2031-11-20T00:00:00.000Z"


def test_earnings_are_told_by_month_and_template(here: Checked, owner: str, stranger: str) -> None:
    maker = f"maker-of-{owner}"
    for who, cents in ((owner, 3100), (stranger, 999)):
        bills.ran(who, since=OCTOBER.since, cents=cents, creator=maker)
    bills.move_to(here, OCTOBER.until + 7300)
    bills.deliver({"owner": owner}, {"owner": stranger})
    with unwatched():
        payout = ledger.paid_out(maker, payout="po_1", cents=1000, at=PAID)
        wiring.records().commit(payout)

    reply = here.call("GET", "/account/earnings", user=maker)

    assert (reply.body["data"]["type"], reply.id) == ("earnings", maker)
    [month] = reply.attributes["months"]
    assert (month["month"], month["cents"], month["fee_cents"]) == ("2031-10", 4099, 465 + 149)
    assert month["earned_cents"] == 4099 - 614
    assert sorted(one["cents"] for one in month["templates"]) == [999, 3100]
    assert {one["name"] for one in month["templates"]} == {"Wiki"}
    assert reply.attributes["payouts"] == [
        {"transaction": "payout_po_1", "at": PAID, "cents": 1000}
    ]
    assert reply.attributes["balance_cents"] == 4099 - 614 - 1000
    assert reply.attributes["available_cents"] == -1000
    assert owner not in str(reply.body).replace(maker, "")


def test_who_made_nothing_has_earned_nothing(here: Checked, owner: str) -> None:
    shown = here.call("GET", "/account/earnings", user=owner).attributes

    nothing = {"currency": "USD", "balance_cents": 0, "available_cents": 0, "pending_cents": 0}
    assert shown == {**nothing, "months": [], "payouts": []}
