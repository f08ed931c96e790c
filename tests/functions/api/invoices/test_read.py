"""Invoices are read by those who owe them, and written by nobody."""

from __future__ import annotations

import pytest

from tests.functions import things
from tests.functions.checks import Checked


def test_invoice_is_shown_whole_to_its_user(here: Checked, owner: str) -> None:
    invoice = things.invoice(owner)

    shown = here.call("GET", f"/invoices/{invoice}", user=owner).attributes

    assert (shown["user_id"], shown["status"], shown["total_cents"]) == (owner, "pending", 500)
    assert shown["items"][0]["monthly_cents"] == 500
    assert (shown["paid_at"], shown["stripe_session_id"]) == (None, None)
    assert not shown.keys() & {"work", "health", "generation"}


def test_list_is_ones_own_newest_first_and_by_status(
    here: Checked, owner: str, stranger: str
) -> None:
    older = things.invoice(owner, created_at="2026-09-01T00:00:00.000Z", status="paid")
    newer = things.invoice(owner, created_at="2026-10-01T00:00:00.000Z")
    things.invoice(stranger)

    every = here.call("GET", "/invoices", user=owner).body
    paid = here.call("GET", "/invoices?filter[status]=paid", user=owner).body

    assert [entry["id"] for entry in every["data"]] == [newer, older]
    assert every["meta"]["total"] == 2
    assert [entry["id"] for entry in paid["data"]] == [older]


def test_status_that_is_none_of_an_invoices_is_refused(here: Checked, owner: str) -> None:
    reply = here.call("GET", "/invoices?filter[status]=running", user=owner)

    assert (reply.status, reply.codes) == (400, ["bad_request"])
    assert "draft, failed, paid, pending" in reply.body["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/invoices"),
        ("PATCH", "/invoices/{}"),
        ("DELETE", "/invoices/{}"),
    ],
)
def test_nobody_writes_an_invoice(here: Checked, owner: str, method: str, path: str) -> None:
    invoice = things.invoice(owner)

    reply = here.call(method, path.format(invoice), {"status": "paid"}, user=owner)

    assert (reply.status, reply.codes) == (405, ["method_not_allowed"])
    assert reply.headers["Allow"] == "GET"
