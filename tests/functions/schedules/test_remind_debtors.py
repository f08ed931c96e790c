"""Who does not pay is reminded three times, and loses nothing without notice."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.runtime import settings as environment
from chalicelib.runtime import wiring
from chalicelib.services.overdue import becomes_due
from functions.schedules.remind_debtors import handler
from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.paying import Debtor

DAY = 86_400


@pytest.fixture
def debtor(here: Checked, owner: str) -> Debtor:
    """Somebody whose invoice can be paid since now."""
    found = Debtor(here, owner)
    things.put(found.invoice, attributes=becomes_due(wiring, wiring.now()))
    return found


@pytest.fixture
def _stops(monkeypatch: pytest.MonkeyPatch) -> Any:
    """An installation that stops the apps of who does not pay."""
    monkeypatch.setenv("HOSTER_STOPS_OVERDUE", "yes")
    environment.settings.cache_clear()
    yield
    monkeypatch.undo()
    environment.settings.cache_clear()


def after_days(debtor: Debtor, days: float) -> None:
    """Run the schedule, so many days after the invoice could be paid first."""
    debtor.here.world.skew = days * DAY + 60
    handler({}, None)


def reminders(debtor: Debtor) -> list[str]:
    names = ("invoice_due", "invoice_overdue", "stop_announced", "apps_stopped")
    return [name for name in debtor.trail() if name in names]


def test_three_reminders_and_then_silence(debtor: Debtor) -> None:
    for day in (1, 13, 14, 15, 20, 21, 27, 28, 29, 35, 90):
        after_days(debtor, day)

    assert reminders(debtor) == ["invoice_due", "invoice_overdue", "invoice_overdue"]
    assert debtor.status == "pending"
    assert debtor.record.attributes["due_at"] is None


@pytest.mark.parametrize(("day", "count"), [(13, 0), (14, 1), (20, 1), (21, 2), (28, 3)])
def test_reminders_come_a_week_apart(debtor: Debtor, day: int, count: int) -> None:
    for passed in range(day + 1):
        after_days(debtor, passed)

    assert len(reminders(debtor)) == count


def test_who_has_paid_is_left_alone(debtor: Debtor) -> None:
    after_days(debtor, 14)
    debtor.stripe.pay(debtor.checkout())
    debtor.tell()

    after_days(debtor, 21)

    assert reminders(debtor) == ["invoice_due"]
    assert debtor.record.attributes["due_at"] is None


@pytest.mark.usefixtures("_stops")
def test_apps_are_stopped_a_week_after_notice(debtor: Debtor, owner: str, stranger: str) -> None:
    app, other = things.up(debtor.here, owner), things.up(debtor.here, stranger)
    for day in (14, 21, 28, 34):
        after_days(debtor, day)
    record = wiring.records().get(app)
    assert reminders(debtor) == ["invoice_due", "invoice_overdue", "stop_announced"]
    assert record is not None
    assert record.status == "running"

    after_days(debtor, 35)

    record, left = wiring.records().get(app), wiring.records().get(other)
    assert record is not None
    assert left is not None
    assert (record.status, left.status) == ("stopping", "running")
    assert reminders(debtor)[-1] == "apps_stopped"
    things.put(app, status="running", clear_work=True)
    after_days(debtor, 35.5)
    assert reminders(debtor).count("apps_stopped") == 1
    after_days(debtor, 36)
    assert reminders(debtor).count("apps_stopped") == 2


@pytest.mark.usefixtures("_stops")
def test_app_that_is_worked_on_is_stopped_the_next_day(debtor: Debtor, owner: str) -> None:
    app = things.up(debtor.here, owner)
    assert debtor.here.call("POST", f"/deployments/{app}/restart", user=owner).status == 200
    for day in (14, 21, 28, 35):
        after_days(debtor, day)
    assert "apps_stopped" not in reminders(debtor)
    things.put(app, clear_work=True)

    after_days(debtor, 36)

    record = wiring.records().get(app)
    assert record is not None
    assert record.status == "stopping"
