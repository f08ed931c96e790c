"""What stands on an invoice, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.billing.earnings import fee_of, shares_of
from chalicelib.domain.billing.invoice import (
    carried_item,
    correction_items,
    credit_item,
    earned_cents,
    fate_of,
    invoice_id,
    run_items,
    total_cents,
)
from chalicelib.domain.billing.lines import Line
from chalicelib.domain.billing.month import Month

OCTOBER = Month(2026, 10)
LINE = Line(
    deployment="app-1",
    deployment_name="my app",
    template="tmpl_wiki",
    template_name="Wiki",
    creator="maker",
    monthly_cents=500,
    price_at=OCTOBER.since,
    seconds=OCTOBER.seconds,
    cents=500,
    intervals=((OCTOBER.since, OCTOBER.until),),
)


def test_account_has_one_invoice_a_month() -> None:
    first = invoice_id("user-1", OCTOBER)

    assert first == invoice_id("user-1", Month(2026, 10))
    assert first not in {invoice_id("user-1", OCTOBER.next), invoice_id("user-2", OCTOBER)}
    assert first.startswith("inv_")
    assert len(first) == len("inv_") + 16


def test_line_is_shown_as_the_reference_knows_it_and_with_what_made_it() -> None:
    [item] = run_items(OCTOBER, [LINE])

    assert item["description"] == "my app (Wiki), October 2026"
    assert (item["kind"], item["cents"], item["monthly_cents"]) == ("run", 500, 500)
    assert (item["seconds"], item["price_since"]) == (31 * 86400, "2026-10-01T00:00:00.000Z")
    assert (item["month"], item["creator_id"]) == ("2026-10", "maker")


def test_correction_is_what_a_closed_month_should_have_said_less_what_it_said() -> None:
    billed = run_items(OCTOBER, [LINE, replace(LINE, deployment="app-2")])
    shorter = replace(LINE, seconds=86400, cents=16)

    items = correction_items(OCTOBER, billed, [shorter])

    assert [(one["deployment_id"], one["cents"]) for one in items] == [
        ("app-1", -484),
        ("app-2", -500),
    ]
    assert {one["kind"] for one in items} == {"correction"}
    assert items[0]["seconds"] == -30 * 86400
    assert items[0]["description"] == "Correction: my app (Wiki), October 2026"


def test_cents_that_rounding_moves_are_of_the_app_that_changed() -> None:
    other = replace(LINE, deployment="app-2", seconds=7, cents=33)
    billed = run_items(OCTOBER, [LINE, other])
    lines = [replace(LINE, seconds=86400, cents=16), replace(other, cents=34)]

    items = correction_items(OCTOBER, billed, lines)

    assert [(one["deployment_id"], one["cents"]) for one in items] == [("app-1", -483)]
    assert correction_items(OCTOBER, [*billed, *items], lines) == []


def test_what_was_corrected_is_not_corrected_again() -> None:
    billed = run_items(OCTOBER, [LINE])
    shorter = replace(LINE, seconds=86400, cents=16)
    corrected = correction_items(OCTOBER, billed, [shorter])

    assert correction_items(OCTOBER, [*billed, *corrected], [shorter]) == []
    back = correction_items(OCTOBER, [*billed, *corrected], [LINE])
    assert [(one["cents"], one["description"]) for one in back] == [
        (484, "Correction: my app (Wiki), October 2026")
    ]


@pytest.mark.parametrize(
    ("cents", "fate"),
    [(50, "pending"), (500, "pending"), (49, "carried"), (1, "carried"), (0, "removed")],
)
def test_total_decides_what_becomes_of_a_draft(cents: int, fate: str) -> None:
    assert fate_of(run_items(OCTOBER, [replace(LINE, cents=cents)]), 50) == fate


def test_what_credits_cover_is_carried_and_never_paid() -> None:
    lines = run_items(OCTOBER, [LINE])

    assert fate_of([*lines, credit_item(OCTOBER, "credit_a", 500)], 50) == "carried"
    assert fate_of([*lines, credit_item(OCTOBER, "credit_a", 800)], 50) == "carried"
    assert fate_of([*lines, credit_item(OCTOBER, "credit_a", 450)], 50) == "pending"
    assert fate_of([], 0) == "removed"
    assert fate_of([], 50) == "removed"


def test_carried_lines_and_credits_are_in_the_total_and_earn_nobody_anything() -> None:
    items = [
        *run_items(OCTOBER, [LINE]),
        carried_item(OCTOBER.previous, "inv_a", 30),
        credit_item(OCTOBER, "credit_a", 100),
    ]

    assert total_cents(items) == 430
    assert earned_cents(items) == 500
    assert items[1]["description"] == "Carried over from September 2026"
    assert {name: share.cents for name, share in shares_of(items, 1500).items()} == {"maker": 500}


@pytest.mark.parametrize(
    ("cents", "points", "fee"),
    [
        (500, 1500, 75),
        (99, 1500, 14),
        (6, 1500, 0),
        (7, 1500, 1),
        (-99, 1500, -14),
        (500, 0, 0),
        (500, 10_000, 500),
    ],
)
def test_fee_is_rounded_down_to_a_whole_cent(cents: int, points: int, fee: int) -> None:
    assert fee_of(cents, points) == fee


def test_fee_is_of_all_lines_of_a_creator_together() -> None:
    items = run_items(OCTOBER, [replace(LINE, cents=6), replace(LINE, cents=6, template="tmpl_b")])

    [share] = shares_of(items, 1500).values()

    assert (share.cents, share.fee, share.earned) == (12, 1, 11)
    assert share.templates == {
        "tmpl_wiki": {"name": "Wiki", "cents": 6},
        "tmpl_b": {"name": "Wiki", "cents": 6},
    }


def test_template_that_nobody_made_earns_nobody_anything() -> None:
    assert shares_of(run_items(OCTOBER, [replace(LINE, creator="")]), 1500) == {}


@given(st.integers(-(10**9), 10**9), st.integers(0, 10_000))
def test_fee_never_takes_more_than_its_share(cents: int, points: int) -> None:
    fee = fee_of(cents, points)

    assert abs(fee) * 10_000 <= abs(cents) * points < (abs(fee) + 1) * 10_000
    assert fee_of(-cents, points) == -fee
