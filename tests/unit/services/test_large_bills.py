"""A month of many runs, many apps or many creators is closed as any other is."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest

from chalicelib.domain.billing.invoice import total_cents
from chalicelib.domain.billing.month import Month
from chalicelib.domain.errors import Unavailable
from chalicelib.ports.ledger import PLATFORM, creator, customer
from chalicelib.services.billing import ledger
from chalicelib.services.billing.billed import items_of
from chalicelib.services.billing.explaining import explain
from chalicelib.services.billing.invoice_files import page_of, sheet_for
from chalicelib.services.billing.invoicing import tend
from tests.billed import DAY, OCTOBER, Billed, closing_time

NOVEMBER = OCTOBER.next


@pytest.fixture
def here() -> Billed:
    found = Billed()
    found.costs("tmpl_a", 3100)
    return found


def tended(here: Billed, month: Month) -> dict[str, int]:
    here.now = closing_time(month)
    return dict(tend(here.tools, "user"))


def test_month_of_three_thousand_runs_is_closed_and_explained(here: Billed) -> None:
    for number in range(3000):
        since = OCTOBER.since + number * 800
        here.runs("user", since=since, until=since + 400, app="restless")

    assert tended(here, OCTOBER)["pending"] == 1

    invoice = here.invoice("user")
    assert invoice is not None
    export = explain(here.tools, invoice)
    assert len(export["intervals"]) == 3000
    assert export["intervals"][0].keys() == {"deployment", "template", "since", "until"}
    assert export["invoice"]["total_cents"] == 3000 * 400 * 3100 // OCTOBER.seconds


def test_month_of_a_thousand_apps_is_drafted_closed_shown_and_corrected(here: Billed) -> None:
    runs = [
        here.runs("user", since=OCTOBER.since, app=f"an-app-with-a-long-name-{n:04}")
        for n in range(1000)
    ]
    here.now = OCTOBER.since + DAY
    assert tend(here.tools, "user") == {"drafted": 1}
    assert tend(here.tools, "user") == {"unchanged": 1}
    assert tended(here, OCTOBER)["pending"] == 1
    closed = here.invoice("user")
    assert closed is not None
    assert len(json.dumps(closed.attributes)) < 5000
    assert len(items_of(here.tools, closed)) == 1000
    assert len(explain(here.tools, closed)["invoice"]["items"]) == 1000
    assert page_of(sheet_for(here.tools, closed)).count("an-app-with") == 1000

    for run in runs:
        here.ends(run, OCTOBER.since + DAY)
    tended(here, NOVEMBER)

    corrected = here.invoice("user", NOVEMBER)
    assert corrected is not None
    items = items_of(here.tools, corrected)
    assert {item["kind"] for item in items} == {"correction"}
    assert total_cents(items) == corrected.attributes["total_cents"] == -3000 * 1000


def ran_of_many_creators(here: Billed, count: int) -> None:
    for number in range(count):
        here.runs("user", since=OCTOBER.since, creator=f"maker-{number:03}")


def test_month_of_two_hundred_creators_is_closed_and_each_has_its_share(here: Billed) -> None:
    ran_of_many_creators(here, 200)

    assert tended(here, OCTOBER)["pending"] == 1

    balances = here.balances()
    assert balances[customer("user")] == 3100 * 200
    assert {balances[creator(f"maker-{n:03}")] for n in range(200)} == {-2635}
    assert balances[PLATFORM] == -465 * 200
    invoice = here.invoice("user")
    assert invoice is not None
    told = ledger.entries_about(here.tools, invoice)
    assert [(one["transaction"], one["cents"]) for one in told] == [
        (f"close_{invoice.id}", 3100 * 200)
    ]
    before = dict(here.store.transactions)
    here.fee = 0
    here.now += DAY
    tend(here.tools, "user")
    assert here.store.transactions == before


@pytest.mark.parametrize("place", range(1, 5))
@pytest.mark.parametrize("done", [True, False])
def test_shares_of_a_closing_that_was_killed_are_passed_on_by_the_next(
    here: Billed, place: int, done: bool
) -> None:
    ran_of_many_creators(here, 200)
    commit, commits = here.store.commit, []

    def killed(*writes: Any) -> None:
        commits.append(writes)
        if done or len(commits) != place:
            commit(*writes)
        if len(commits) == place:
            raise Unavailable("It was killed there.")

    here.store.commit = killed  # type: ignore[method-assign]
    with suppress(Unavailable):
        tended(here, OCTOBER)
    assert len(commits) == place
    here.fee = 0 if place > 1 or done else here.fee
    here.now += DAY
    tend(here.tools, "user")

    balances = here.balances()
    assert {balances[creator(f"maker-{n:03}")] for n in range(200)} == {-2635}
    assert balances[PLATFORM] == -465 * 200
    assert sum(balances.values()) == 0
