"""Who wants to know what this month comes to asks for its draft."""

from __future__ import annotations

from tests.functions import bills
from tests.functions.bills import OCTOBER
from tests.functions.checks import Checked

DAY = 86_400


def test_draft_is_made_and_then_refreshed(here: Checked, owner: str) -> None:
    app = bills.ran(owner, since=OCTOBER.since)
    bills.move_to(here, OCTOBER.since + DAY)
    first = here.call("POST", "/invoices/preview", user=owner)
    bills.move_to(here, OCTOBER.since + 2 * DAY)

    second = here.call("POST", "/invoices/preview", user=owner)

    assert (first.status, second.status) == (200, 200)
    assert first.id == second.id
    assert second.attributes["status"] == "draft"
    assert first.attributes["total_cents"] in {100, 99}
    assert 199 <= second.attributes["total_cents"] <= 200
    assert [item["deployment_id"] for item in second.attributes["items"]] == [app]
    assert here.call("GET", "/invoices", user=owner).body["meta"]["total"] == 1


def test_who_has_nothing_to_pay_is_told_so(here: Checked, owner: str) -> None:
    bills.ran(owner, since=OCTOBER.since, cents=0)
    bills.move_to(here, OCTOBER.since + DAY)

    reply = here.call("POST", "/invoices/preview", user=owner)

    assert (reply.status, reply.codes) == (409, ["nothing_to_bill"])
    assert bills.invoice_of(owner) is None
