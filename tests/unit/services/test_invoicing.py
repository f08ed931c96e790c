"""Drafts that are kept current, and months that are closed once."""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from typing import Any

import pytest

from chalicelib.domain.errors import Stale, Unavailable
from chalicelib.ports.ledger import PLATFORM, creator, customer
from chalicelib.ports.records import Record
from chalicelib.services.billing import ledger
from chalicelib.services.billing.invoicing import preview, tend
from tests.billed import DAY, OCTOBER, Billed, closing_time

NOVEMBER = OCTOBER.next
DECEMBER = NOVEMBER.next


@pytest.fixture
def here() -> Billed:
    found = Billed()
    found.costs("tmpl_a", 3100)
    return found


def tended(here: Billed, at: int, owner: str = "user") -> dict[str, int]:
    here.now = at
    return dict(tend(here.tools, owner))


def found(record: Record | None) -> Record:
    assert record is not None
    return record


def said(record: Record | None, *names: str) -> tuple[Any, ...]:
    return tuple(found(record).attributes[name] for name in names)


def test_draft_is_made_of_what_ran_until_now(here: Billed) -> None:
    here.runs("user", since=OCTOBER.since)

    assert tended(here, OCTOBER.since + 10 * DAY) == {"drafted": 1}

    draft = found(here.invoice("user"))
    assert (draft.status, draft.owner, draft.created_at) == ("draft", "user", here.at())
    assert said(draft, "total_cents", "subtotal_cents", "tax_cents") == (1000, 1000, 0)
    assert said(draft, "currency", "period_start", "period_end") == (
        "USD",
        "2026-10-01T00:00:00.000Z",
        "2026-11-01T00:00:00.000Z",
    )
    assert here.store.counter("total#invoices#user") == 1


def test_draft_is_refreshed_on_condition_and_only_when_something_changed(here: Billed) -> None:
    run = here.runs("user", since=OCTOBER.since)
    tended(here, OCTOBER.since + 10 * DAY)

    assert tended(here, OCTOBER.since + 11 * DAY) == {"refreshed": 1}
    here.ends(run, OCTOBER.since + 11 * DAY)
    assert tended(here, OCTOBER.since + 12 * DAY) == {"unchanged": 1}

    assert found(here.invoice("user")).version == 2
    assert said(here.invoice("user"), "total_cents") == (1100,)


def test_who_has_nothing_to_pay_gets_no_draft(here: Billed) -> None:
    here.runs("user", "tmpl_free", since=OCTOBER.since)

    assert tended(here, OCTOBER.since + DAY) == {"nothing": 1}
    assert preview(here.tools, "user") is None
    assert tended(here, closing_time(OCTOBER)) == {"nothing": 1}
    assert here.store.items == {}


def test_preview_makes_the_draft_and_refreshes_it(here: Billed) -> None:
    here.runs("user", since=OCTOBER.since)
    here.now = OCTOBER.since + DAY
    first = found(preview(here.tools, "user"))
    here.now += DAY

    second = found(preview(here.tools, "user"))

    assert (first.id, first.attributes["total_cents"]) == (second.id, 100)
    assert second.attributes["total_cents"] == 200


def test_month_is_closed_after_its_grace_and_once(here: Billed) -> None:
    here.runs("user", since=OCTOBER.since)
    tended(here, OCTOBER.since + DAY)

    tended(here, closing_time(OCTOBER) - 1)
    assert found(here.invoice("user")).status == "draft"
    assert tended(here, closing_time(OCTOBER))["pending"] == 1

    closed = found(here.invoice("user"))
    assert (closed.status, closed.attributes["total_cents"]) == ("pending", 3100)
    assert closed.attributes["closed_at"] == here.at()
    assert here.balances() == {customer("user"): 3100, creator("maker"): -2635, PLATFORM: -465}
    assert "pending" not in tended(here, closing_time(OCTOBER) + 3600)
    assert here.invoice("user") == closed
    assert here.balances()[customer("user")] == 3100
    assert [one.name for one in here.store.journal(closed.id, limit=9)] == [
        "invoice_closed",
        "bill_begun",
    ]


def test_month_without_a_draft_is_closed_all_the_same(here: Billed) -> None:
    here.runs("user", since=OCTOBER.until - DAY, until=OCTOBER.until)

    assert tended(here, closing_time(OCTOBER))["pending"] == 1

    assert said(here.invoice("user"), "total_cents") == (100,)
    assert here.store.counter("total#invoices#user") == 1
    assert here.invoice("user", NOVEMBER) is None


def test_evidence_that_comes_within_the_grace_counts(here: Billed) -> None:
    run = here.runs("user", since=OCTOBER.since)
    here.now = OCTOBER.until + 600
    here.ends(run, OCTOBER.until - DAY)

    tended(here, closing_time(OCTOBER))

    assert said(here.invoice("user"), "total_cents") == (3000,)


def test_draft_that_came_to_nothing_is_removed(here: Billed) -> None:
    run = here.runs("user", since=OCTOBER.since)
    tended(here, OCTOBER.since + DAY)
    here.ends(run, OCTOBER.since)

    assert tended(here, closing_time(OCTOBER))["removed"] == 1

    assert found(here.invoice("user")).status == "removed"
    assert here.balances() == {}
    assert here.store.counter("total#invoices#user") == 0


def test_total_below_the_minimum_is_carried_over_and_paid_with_the_next(here: Billed) -> None:
    here.runs("user", since=OCTOBER.since, until=OCTOBER.since + DAY // 4)
    tended(here, closing_time(OCTOBER))
    small = found(here.invoice("user"))
    assert (small.status, small.attributes["total_cents"]) == ("carried", 25)
    assert here.balances() == {customer("user"): 25, creator("maker"): -22, PLATFORM: -3}

    draft = found(here.invoice("user", NOVEMBER))
    assert small.attributes["carried_to"] == draft.id
    assert [(i["kind"], i["cents"], i["refers_to"]) for i in draft.attributes["items"]] == [
        ("carried", 25, small.id)
    ]
    here.runs("user", since=NOVEMBER.since, until=NOVEMBER.since + 3 * DAY)
    tended(here, closing_time(NOVEMBER))

    assert found(here.invoice("user", NOVEMBER)).status == "pending"
    assert said(here.invoice("user", NOVEMBER), "total_cents") == (335,)
    assert here.balances()[customer("user")] == 335


def test_small_total_is_carried_on_until_it_is_worth_paying(here: Billed) -> None:
    here.runs("user", since=OCTOBER.since, until=OCTOBER.since + DAY // 4)
    tended(here, closing_time(OCTOBER))

    tended(here, closing_time(NOVEMBER))

    assert found(here.invoice("user", NOVEMBER)).status == "carried"
    assert said(here.invoice("user", DECEMBER), "total_cents") == (25,)
    assert here.balances()[customer("user")] == 25


def test_end_before_a_closed_month_is_a_correction_on_the_next_draft(here: Billed) -> None:
    run = here.runs("user", since=OCTOBER.since)
    tended(here, closing_time(OCTOBER))
    here.now = NOVEMBER.since + 5 * DAY
    here.ends(run, OCTOBER.since + DAY)
    here.runs("user", since=NOVEMBER.since, until=NOVEMBER.until, app="other")

    tended(here, NOVEMBER.since + 6 * DAY)
    tended(here, closing_time(NOVEMBER))

    assert said(here.invoice("user"), "total_cents") == (3100,)
    closed = found(here.invoice("user", NOVEMBER))
    assert [(i["kind"], i["cents"], i["month"]) for i in closed.attributes["items"]] == [
        ("run", 3100, "2026-11"),
        ("correction", -3000, "2026-10"),
    ]
    assert here.balances()[creator("maker")] == -(2635 + 85)
    assert "pending" not in tended(here, DECEMBER.since + DAY)
    assert here.invoice("user", DECEMBER) is None


def test_what_a_correction_takes_and_gives_is_told_as_the_customer_has_it(here: Billed) -> None:
    run = here.runs("user", since=OCTOBER.since)
    tended(here, closing_time(OCTOBER))
    here.ends(run, OCTOBER.since + 29 * DAY)
    here.runs("user", since=NOVEMBER.since, until=NOVEMBER.since + 15 * DAY, creator="other")
    tended(here, closing_time(NOVEMBER))

    [told] = ledger.entries_about(here.tools, found(here.invoice("user", NOVEMBER)))

    assert (told["kind"], told["cents"]) == ("invoice_closed", 1550 - 200)


def test_every_month_of_a_long_standstill_is_closed_the_oldest_first(here: Billed) -> None:
    here.runs("user", since=OCTOBER.since)
    tended(here, OCTOBER.since + DAY)
    months = [OCTOBER]
    while len(months) < 8:
        months.append(months[-1].next)

    assert tended(here, closing_time(months[-2]))["pending"] == 7

    for month in months[:-1]:
        invoice = found(here.invoice("user", month))
        assert (invoice.status, invoice.attributes["total_cents"]) == ("pending", 3100), month
    assert here.balances()[customer("user")] == 7 * 3100
    assert "pending" not in tended(here, here.now + 3600)


def test_standstill_after_a_closed_month_or_before_any_draft_loses_no_month(here: Billed) -> None:
    here.runs("user", since=OCTOBER.since, until=OCTOBER.since + 31 * DAY)
    here.runs("new", since=NOVEMBER.since, until=NOVEMBER.since + 30 * DAY)
    tended(here, closing_time(OCTOBER))
    here.runs("user", since=NOVEMBER.since, until=NOVEMBER.since + 30 * DAY)
    june = NOVEMBER
    while june.number != 6:
        june = june.next

    for owner in ("user", "new"):
        tended(here, closing_time(june), owner)

        invoice = found(here.invoice(owner, NOVEMBER))
        assert (invoice.status, invoice.attributes["total_cents"]) == ("pending", 3100)


def test_what_was_corrected_is_not_corrected_in_the_month_after(here: Billed) -> None:
    run = here.runs("user", since=OCTOBER.since)
    tended(here, closing_time(OCTOBER))
    here.ends(run, OCTOBER.since + DAY)
    tended(here, closing_time(NOVEMBER))
    assert found(here.invoice("user", NOVEMBER)).status == "carried"

    tended(here, closing_time(DECEMBER))

    kinds = [i["kind"] for i in found(here.invoice("user", DECEMBER)).attributes["items"]]
    assert kinds == ["carried"]
    assert here.balances()[customer("user")] == 100


def test_credit_is_a_line_of_the_month_in_which_it_was_given(here: Billed) -> None:
    here.runs("user", since=OCTOBER.since)
    tended(here, closing_time(OCTOBER))
    invoice = found(here.invoice("user"))
    here.now = NOVEMBER.since + DAY
    here.store.commit(ledger.credited(invoice, credit="c1", cents=500, at=here.at()))

    tended(here, NOVEMBER.since + 10 * DAY)

    assert here.invoice("user") == invoice
    draft = found(here.invoice("user", NOVEMBER))
    assert [(i["kind"], i["cents"]) for i in draft.attributes["items"]][-1] == ("credit", -500)


def test_credit_that_was_paid_back_is_none_of_the_month(here: Billed) -> None:
    here.runs("user", since=OCTOBER.since)
    tended(here, closing_time(OCTOBER))
    invoice = found(here.invoice("user"))
    here.now = NOVEMBER.since + DAY
    here.store.commit(ledger.overpaid(invoice, payment="pi_2", cents=500, at=here.at()))
    back = ledger.refunded(invoice, refund="re_1", cents=500, at=here.at(), of_credit=True)
    here.store.commit(back, ledger.refunded(invoice, refund="re_2", cents=99, at=here.at()))

    tended(here, NOVEMBER.since + 10 * DAY)

    items = found(here.invoice("user", NOVEMBER)).attributes["items"]
    assert [item["cents"] for item in items if item["kind"] == "credit"] == [-500, 500]
    assert here.balances()[customer("user")] == 3100


@pytest.mark.parametrize("end", ["open", "won", "lost"])
def test_payment_that_the_bank_took_back_for_good_is_owed_anew(here: Billed, end: str) -> None:
    here.runs("user", since=OCTOBER.since)
    tended(here, closing_time(OCTOBER))
    invoice, at = found(here.invoice("user")), here.at()
    about = {"dispute": "dp_1", "at": at}
    here.store.commit(ledger.paid(invoice, payment="pi_1", cents=3100, at=at))
    here.store.commit(ledger.disputed(invoice, cents=3100, **about))
    here.now = DECEMBER.since + DAY
    about["at"] = here.at()
    if end != "open":
        ended = {"won": ledger.dispute_won, "lost": ledger.dispute_lost}[end]
        here.store.commit(ended(invoice, cents=3100, **about))

    tended(here, DECEMBER.since + 10 * DAY)

    items = found(here.invoice("user", DECEMBER)).attributes["items"]
    again = [(i["cents"], i["refers_to"]) for i in items if i["kind"] == "dispute"]
    assert again == ([(3100, "dispute_lost_dp_1")] if end == "lost" else [])
    assert here.invoice("user") == invoice


def test_two_at_once_close_a_month_once(here: Billed, monkeypatch: pytest.MonkeyPatch) -> None:
    here.runs("user", since=OCTOBER.since)
    tended(here, OCTOBER.since + DAY)
    here.now = closing_time(OCTOBER)
    commit = here.store.commit

    def overtaken(*writes: Any) -> None:
        monkeypatch.undo()
        tend(here.tools, "user")
        commit(*writes)

    monkeypatch.setattr(here.store, "commit", overtaken)
    with pytest.raises(Stale):
        tend(here.tools, "user")

    assert here.balances()[customer("user")] == 3100
    assert len(here.store.transactions) == 1


def closed_with_kills(place: int, *, done: bool) -> tuple[Any, ...]:
    """Two months of one who carries over, with one commit at which the function is killed."""
    here = Billed()
    here.costs("tmpl_a", 3100)
    run = here.runs("user", since=OCTOBER.since, until=OCTOBER.since + DAY // 4, app="first")
    here.runs("user", since=NOVEMBER.since + DAY, app="second")
    commit, commits = here.store.commit, count(1)

    def killed(*writes: Any) -> None:
        dies = next(commits) == place
        if done or not dies:
            commit(*writes)
        if dies:
            raise Unavailable("It was killed there.")

    here.store.commit = killed  # type: ignore[method-assign]
    for moment in (OCTOBER.since + DAY, closing_time(OCTOBER), closing_time(NOVEMBER)):
        here.now = moment
        with suppress(Unavailable):
            tend(here.tools, "user")
        tend(here.tools, "user")
    assert run.until is None
    invoices = [here.invoice("user", month) for month in (OCTOBER, NOVEMBER, DECEMBER)]
    told = [(found(one).status, found(one).attributes) for one in invoices]
    return told, here.store.transactions, here.store.counts, next(commits) - 1


def test_function_that_is_killed_at_any_write_leaves_what_it_would_have_left() -> None:
    *whole, commits = closed_with_kills(0, done=False)
    assert [status for status, _ in whole[0]] == ["carried", "pending", "draft"]
    assert commits == 5

    for place in range(1, commits + 1):
        for done in (True, False):
            *left, _ = closed_with_kills(place, done=done)
            assert left == whole, (place, done)
