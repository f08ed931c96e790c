"""From what is shown of an invoice anybody computes it again."""

from __future__ import annotations

import importlib.util
import json
from typing import Any

import pytest

from chalicelib.domain import clock
from chalicelib.runtime import wiring
from chalicelib.services.billing import billed, ledger
from infra.packaging.template import ROOT
from tests.functions import bills, things
from tests.functions.bills import OCTOBER
from tests.functions.checks import Checked
from tests.permissions import unwatched

DAY = 86_400


@pytest.fixture(scope="module")
def verify() -> Any:
    spec = importlib.util.spec_from_file_location("verify", ROOT / "tools/verify_invoice.py")
    assert spec
    assert spec.loader
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return lambda export: list(loaded.differences(json.loads(json.dumps(export))))


def test_draft_is_explained_as_it_is_now(here: Checked, owner: str, verify: Any) -> None:
    bills.ran(owner, since=OCTOBER.since)
    bills.ran(owner, since=OCTOBER.since + DAY, until=OCTOBER.since + 3 * DAY, cents=777)
    bills.move_to(here, OCTOBER.since + 10 * DAY)
    draft = here.call("POST", "/invoices/preview", user=owner).id
    bills.move_to(here, OCTOBER.since + 11 * DAY)

    export = here.call("GET", f"/invoices/{draft}/explain", user=owner).attributes

    assert verify(export) == []
    assert export["month"] == "2031-10"
    assert export["invoice"]["total_cents"] in {1149, 1150}
    assert [one["until"] for one in export["intervals"]].count(None) == 1


def test_closed_invoice_is_explained_by_what_was_known_then(
    here: Checked, owner: str, verify: Any
) -> None:
    bills.ran(owner, since=OCTOBER.since + 5)
    bills.move_to(here, OCTOBER.until + 3 * 3600)
    bills.deliver({"owner": owner})
    closed = bills.invoice_of(owner)
    assert closed is not None
    bills.move_to(here, OCTOBER.until + 9 * DAY)

    export = here.call("GET", f"/invoices/{closed.id}/explain", user=owner).attributes

    assert verify(export) == []
    assert (export["invoice"]["status"], export["invoice"]["total_cents"]) == ("pending", 3099)
    export["invoice"]["items"][0]["cents"] += 1
    assert verify(export) != []


def test_what_comes_from_elsewhere_is_held_against_its_source(
    here: Checked, owner: str, verify: Any
) -> None:
    november = OCTOBER.next
    bills.ran(owner, since=OCTOBER.since, until=OCTOBER.since + DAY // 4)
    bills.move_to(here, OCTOBER.until + 3 * 3600)
    bills.deliver({"owner": owner})
    small = bills.invoice_of(owner)
    assert small is not None
    credit = ledger.credited(small, credit="c1", cents=5, at=clock.text_at(november.since + DAY))
    with unwatched():
        wiring.records().commit(credit)
    bills.ran(owner, since=november.since)
    bills.move_to(here, november.until + 3 * 3600)
    bills.deliver({"owner": owner})
    closed = bills.invoice_of(owner, november)
    assert closed is not None

    export = here.call("GET", f"/invoices/{closed.id}/explain", user=owner).attributes

    assert export["sources"] == {small.id: 25, "credit_c1": -5}
    assert verify(export) == []
    [carried] = [one for one in export["invoice"]["items"] if one["kind"] == "carried"]
    export["invoice"]["items"].remove(carried)
    export["invoice"]["total_cents"] -= 25
    assert verify(export) == [f"{small.id} left 25 cents more than is said."]


def test_what_a_record_cannot_hold_is_shown_and_explained_all_the_same(
    here: Checked, owner: str, verify: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(billed, "INLINE_BYTES", 100)
    for _ in range(3):
        bills.ran(owner, since=OCTOBER.since, until=OCTOBER.until)
    bills.move_to(here, OCTOBER.since + 20 * DAY)
    draft = here.call("POST", "/invoices/preview", user=owner)
    assert len(draft.attributes["items"]) == 3
    bills.move_to(here, OCTOBER.until + 3 * 3600)
    assert bills.deliver({"owner": owner}) == []

    path = f"/invoices/{draft.id}"
    export = here.call("GET", f"{path}/explain", user=owner).attributes
    shown = here.call("GET", path, user=owner).attributes
    [listed] = here.call("GET", "/invoices", user=owner).body["data"]

    assert verify(export) == []
    assert shown["items"] == export["invoice"]["items"]
    assert "items" not in listed["attributes"]
    record = bills.invoice_of(owner)
    assert record is not None
    assert (record.attributes["items"], record.attributes["evidence"]) == (None, None)
    made = here.call("POST", f"{path}/download", {}, user=owner, kind="invoices")
    assert made.status == 200


def test_invoice_of_the_table_is_right(here: Checked, owner: str, verify: Any) -> None:
    invoice = things.invoice(owner)

    assert verify(here.call("GET", f"/invoices/{invoice}/explain", user=owner).attributes) == []
