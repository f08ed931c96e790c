"""Once a day it is looked whether what is billed is what runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from unittest import mock

import pytest

from chalicelib.domain import clock
from chalicelib.ports.records import Change
from chalicelib.ports.runs import BeginRun
from chalicelib.runtime import wiring
from functions.events.invoices import tend_account
from tests.functions import bills, things
from tests.functions.checks import Checked
from tests.permissions import unwatched


@pytest.fixture
def counted() -> Iterator[Any]:
    with mock.patch.object(tend_account, "count") as count:
        yield lambda: count.call_args.kwargs["RunsInDoubt"]


def test_app_that_runs_and_is_billed_is_no_news(here: Checked, owner: str, counted: Any) -> None:
    app = things.up(here, owner)
    record = wiring.records().get(app)
    assert record is not None
    began = clock.seconds_of(wiring.now())
    run = bills.Interval(owner, app, "my app", "tmpl_a", "Wiki", "maker", began, None)
    with unwatched():
        told = Change(of=record, attributes={"run": asdict(run), "started_at": wiring.now()})
        wiring.records().commit(told, BeginRun(run))

    bills.deliver({"owner": owner})

    assert counted() == 0


def test_open_run_of_what_does_not_run_is_told(here: Checked, owner: str, counted: Any) -> None:
    bills.ran(owner, since=clock.seconds_of(wiring.now()) - 60)

    bills.deliver({"owner": owner})

    assert counted() == 1


def test_app_that_says_it_is_billed_and_is_not_is_told(
    here: Checked, owner: str, counted: Any
) -> None:
    app = things.up(here, owner)
    run = bills.Interval(owner, app, "my app", "tmpl_a", "Wiki", "maker", 1, None)
    things.put(app, attributes={"run": asdict(run), "started_at": wiring.now()})

    bills.deliver({"owner": owner})

    assert counted() == 1
