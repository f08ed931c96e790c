"""Who does not pay is reminded three times, and loses nothing without notice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest

from chalicelib.domain import clock
from chalicelib.domain.errors import Unavailable
from chalicelib.runtime import settings as environment
from chalicelib.runtime import wiring
from chalicelib.services.billing import overdue
from chalicelib.services.billing.overdue import becomes_due, due_invoices
from functions.schedules.remind_debtors import handler
from infra.local.stripe import paying as cards
from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.paying import Debtor

DAY = 86_400


@pytest.fixture
def debtor(here: Checked, owner: str) -> Iterator[Debtor]:
    """Somebody whose invoice can be paid since now, and the only one at that."""
    found = Debtor(here, owner)
    things.put(found.invoice, attributes=becomes_due(wiring, wiring.now()))
    yield found
    for invoice in due_invoices(wiring):
        things.put(invoice, attributes={"due_at": None})


@pytest.fixture
def _stops(monkeypatch: pytest.MonkeyPatch) -> Any:
    """An installation that stops the apps of who does not pay."""
    monkeypatch.setenv("HOSTER_STOPS_OVERDUE", "yes")
    environment.settings.cache_clear()
    yield
    monkeypatch.undo()
    environment.settings.cache_clear()


def after_days(debtor: Debtor, days: float) -> dict[str, int]:
    """Run the schedule, so many days after the invoice could be paid first."""
    debtor.here.world.skew = days * DAY + 60
    return handler({}, None)


def status_of(app: str) -> str:
    record = wiring.records().get(app)
    assert record is not None
    return record.status


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


def test_after_an_outage_each_reminder_waits_a_week_for_the_one_before(debtor: Debtor) -> None:
    counts = []
    for day in (40, 40.1, 40.2, 46.9, 47, 47.1, 54):
        after_days(debtor, day)
        counts.append(len(reminders(debtor)))

    assert counts == [1, 1, 1, 1, 2, 2, 3]


@pytest.mark.usefixtures("_stops")
def test_notice_is_a_full_week_however_late_it_is_given(debtor: Debtor, owner: str) -> None:
    app = things.up(debtor.here, owner)
    for day in (40, 47, 54):
        after_days(debtor, day)

    [notice, *_] = wiring.records().journal(debtor.invoice, limit=9)
    assert notice.name == "stop_announced"
    assert clock.seconds_between(notice.at, notice.data["stop_at"]) >= 7 * DAY - 1
    after_days(debtor, 60.9)
    assert status_of(app) == "running"
    after_days(debtor, 61)
    assert status_of(app) == "stopping"


@pytest.mark.usefixtures("_stops")
def test_payment_that_nobody_was_told_of_is_taken_before_apps_are_stopped(
    debtor: Debtor, owner: str
) -> None:
    app = things.up(debtor.here, owner)
    for day in (14, 21, 28):
        after_days(debtor, day)
    debtor.stripe.pay(debtor.checkout())

    assert after_days(debtor, 35) == {"waiting": 1}

    assert (debtor.status, status_of(app)) == ("paid", "running")


@pytest.mark.usefixtures("_stops")
def test_payment_between_the_look_and_the_stop_keeps_the_apps(debtor: Debtor, owner: str) -> None:
    app = things.up(debtor.here, owner)
    for day in (14, 21, 28):
        after_days(debtor, day)

    def paid_now(*_: Any) -> bool:
        things.put(debtor.invoice, status="paid")
        return False

    with mock.patch.object(overdue, "is_being_paid", side_effect=paid_now):
        assert after_days(debtor, 35) == {"moved_on": 1}

    assert status_of(app) == "running"
    assert "apps_stopped" not in reminders(debtor)


@pytest.mark.usefixtures("_stops")
def test_debit_that_is_under_way_is_waited_for(debtor: Debtor, owner: str) -> None:
    app = things.up(debtor.here, owner)
    for day in (14, 21, 28):
        after_days(debtor, day)
    session = debtor.checkout()
    debtor.stripe.debit(session, cards.EMPTY_ACCOUNT)

    assert after_days(debtor, 35) == {"waiting": 1}
    assert status_of(app) == "running"

    cards.settle(debtor.stripe.account, debtor.stripe.session(session))
    after_days(debtor, 35.1)
    assert status_of(app) == "stopping"


@pytest.mark.usefixtures("_stops")
def test_nobody_is_stopped_once_the_installation_stops_nobody(
    debtor: Debtor, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = things.up(debtor.here, owner)
    for day in (14, 21, 28):
        after_days(debtor, day)
    monkeypatch.setenv("HOSTER_STOPS_OVERDUE", "no")
    environment.settings.cache_clear()

    assert after_days(debtor, 35) == {"spared": 1}

    assert status_of(app) == "running"
    assert debtor.record.attributes["due_at"] is None
    assert after_days(debtor, 36) == {}


@pytest.mark.parametrize("error", [Unavailable("told to fail"), KeyError("due_on")])
def test_invoice_that_breaks_keeps_no_other_one_waiting(debtor: Debtor, error: Exception) -> None:
    others = [Debtor(debtor.here, f"{debtor.user}-{number}") for number in range(3)]
    for other in others:
        things.put(other.invoice, attributes=becomes_due(wiring, wiring.now()))
    told = wiring.told

    def breaks(record: Any, *given: Any, **data: Any) -> Any:
        if record.id == others[0].invoice:
            raise error
        return told(record, *given, **data)

    with mock.patch.object(wiring, "told", side_effect=breaks):
        done = after_days(debtor, 14)

    assert done == {"reminded": 3, "failed": 1}
    assert [len(reminders(one)) for one in others] == [0, 1, 1]
