"""What stands on the paper of an invoice."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.adapters.papers.pdf import Pdf
from chalicelib.domain.billing.invoice import carried_item, run_items, total_cents
from chalicelib.domain.billing.sheet import Sheet, long, money, sheet_of
from tests.unit.domain.billing.test_invoice import LINE, OCTOBER


def sheet(status: str = "pending", count: int = 1, **more: Any) -> Sheet:
    items = [*run_items(OCTOBER, [LINE] * count), carried_item(OCTOBER.previous, "inv_b", 30)]
    said = {
        "period_start": "2026-10-01T00:00:00.000Z",
        "period_end": "2026-11-01T00:00:00.000Z",
        "items": items,
        "subtotal_cents": total_cents(items),
        "tax_cents": 0,
        "total_cents": total_cents(items),
        "currency": "USD",
        "closed_at": None,
    }
    return sheet_of("inv_a", "user", status, {**said, **more})


@pytest.mark.parametrize(
    ("cents", "said"), [(0, "0.00"), (5, "0.05"), (1205, "12.05"), (-1205, "-12.05")]
)
def test_amounts_have_two_digits(cents: int, said: str) -> None:
    assert money(cents, "EUR") == f"{said} EUR"


def test_time_is_written_to_the_second() -> None:
    assert long(3 * 86_400 + 4 * 3600 + 306) == "3 d 04:05:06"
    assert long(-61) == "-0 d 00:01:01"


def test_every_item_and_sum_is_told() -> None:
    found = sheet(closed_at="2026-11-01T02:00:00.000Z")

    assert [(row.title, row.detail, row.amount) for row in found.rows] == [
        ("my app (Wiki), October 2026", "31 d 00:00:00 at 5.00 USD a month", "5.00 USD"),
        ("Carried over from September 2026", "inv_b", "0.30 USD"),
    ]
    assert found.sums == (("Subtotal", "5.30 USD"), ("Tax", "0.00 USD"), ("Total", "5.30 USD"))
    assert ("Closed", "2026-11-01 02:00 UTC") in found.facts
    assert found.notice == ""


@pytest.mark.parametrize(("status", "word"), [("draft", "DRAFT"), ("carried", "next invoice")])
def test_what_cannot_be_paid_says_so_first(status: str, word: str) -> None:
    assert word in sheet(status).notice


@pytest.mark.parametrize(
    ("cents", "said"),
    [
        (30, "Too small to be paid: the next invoice has this total as a line"),
        (0, "Nothing is to be paid: its lines come to zero"),
        (-30, "Nothing is to be paid: the next invoice has this total, in your favour, as a line"),
    ],
)
def test_why_a_carried_invoice_is_not_paid_is_told(cents: int, said: str) -> None:
    assert sheet("carried", total_cents=cents).notice == said


@pytest.mark.parametrize("count", [1, 200])
def test_pdf_is_made_of_any_letters_and_length(count: int) -> None:
    said = sheet("draft", count, currency="€ Ж 漢字 \u0007 🙂")

    made = Pdf().pdf(said)

    assert made.startswith(b"%PDF-")
    assert (made.count(b"/Type /Page\n") > 1) is (count > 1)
