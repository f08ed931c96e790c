"""The statement of a creator's earnings is a file whose amounts sum to the balance."""

from __future__ import annotations

import csv
import io

import pytest

from chalicelib.runtime import wiring
from chalicelib.services.billing import ledger
from chalicelib.services.billing.earnings import _harmless
from tests.functions import bills
from tests.functions.api.invoices.test_download import fetched
from tests.functions.bills import OCTOBER
from tests.functions.checks import Checked
from tests.permissions import unwatched


def test_statement_sums_to_the_balance(here: Checked, owner: str) -> None:
    maker = f"maker-of-{owner}"
    bills.ran(owner, since=OCTOBER.since, creator=maker)
    bills.move_to(here, OCTOBER.until + 7300)
    bills.deliver({"owner": owner})
    with unwatched():
        at = "2031-11-20T00:00:00.000Z"
        wiring.records().commit(ledger.paid_out(maker, payout="po_1", cents=1000, at=at))

    reply = here.call("POST", "/account/earnings/download", user=maker)

    assert reply.status == 200
    found = fetched(reply.attributes["url"])
    rows = list(csv.DictReader(io.StringIO(found["Body"].read().decode())))
    told = [(row["month"], row["kind"], row["cents"]) for row in rows]
    assert told == [
        ("2031-10", "earned", "3100"),
        ("2031-10", "fee", "-465"),
        ("2031-11", "payout", "-1000"),
    ]
    balance = here.call("GET", "/account/earnings", user=maker).attributes["balance_cents"]
    assert sum(int(row["cents"]) for row in rows) == balance
    assert found["ContentType"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize(("name", "said"), [("Wiki", "Wiki"), ("=1+1", "'=1+1"), ("@a", "'@a")])
def test_name_is_never_taken_for_a_formula(name: str, said: str) -> None:
    assert _harmless(name) == said
