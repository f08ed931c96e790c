"""Backups that the round for lost work begins by schedule."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain import clock
from chalicelib.ports.records import Record
from chalicelib.runtime import wiring
from functions.schedules import resume_work
from tests.functions import things
from tests.functions.checks import Checked

DAY = 86_400
DAILY = {"every": "day", "hour": 3}


@pytest.fixture
def app(here: Checked, owner: str) -> str:
    app = things.placed(here, owner)
    given = {"backup_schedule": DAILY, "backup_keep": 2}
    assert here.call("PATCH", f"/deployments/{app}", given, user=owner).status == 200
    return app


def known(app: str) -> Record:
    record = wiring.records().get(app)
    assert record is not None
    return record


def round_at(here: Checked, app: str, *, days: float = 0) -> None:
    """Go a round once the app's backup is due, and so many days later."""
    due = known(app).attributes["backup_due_at"]
    here.world.skew = 0
    here.world.skew = clock.seconds_between(wiring.now(), due) + days * DAY + 1
    resume_work.handler({}, None)


def backups(here: Checked, app: str, owner: str) -> list[Any]:
    answer = here.call("GET", f"/backups?filter[deployment_id]={app}", user=owner)
    return [one["attributes"] for one in answer.body["data"]]


def told(here: Checked, app: str, owner: str) -> list[str]:
    found = here.call("GET", f"/deployments/{app}/monitoring/events", user=owner)
    return [one["type"] for one in found.attributes["events"]]


def test_backup_begins_when_it_is_due_and_not_before(here: Checked, owner: str, app: str) -> None:
    resume_work.handler({}, None)
    assert backups(here, app, owner) == []
    first = known(app).attributes["backup_due_at"]

    round_at(here, app)

    [backup] = backups(here, app, owner)
    assert (backup["trigger"], backup["status"]) == ("schedule", "pending")
    assert here.workflows.started == [(app, "backup")]
    assert clock.seconds_between(first, known(app).attributes["backup_due_at"]) == DAY
    assert told(here, app, owner)[0] == "backup_begun"


def test_what_was_missed_for_days_is_made_up_for_once(here: Checked, owner: str, app: str) -> None:
    round_at(here, app, days=9)
    things.put(app, clear_work=True)
    resume_work.handler({}, None)

    assert len(backups(here, app, owner)) == 1
    assert known(app).attributes["backup_due_at"] > wiring.now()


def test_app_that_is_worked_on_is_backed_up_after_that(here: Checked, owner: str, app: str) -> None:
    here.call("POST", f"/deployments/{app}/restart", user=owner)
    here.workflows.started.clear()

    round_at(here, app)
    assert backups(here, app, owner) == []
    things.put(app, clear_work=True)
    round_at(here, app)

    assert len(backups(here, app, owner)) == 1


@pytest.mark.parametrize("status", ["stopped", "failed"])
def test_app_that_does_not_run_is_left_out_and_that_is_told_once(
    here: Checked, owner: str, app: str, status: str
) -> None:
    things.put(app, status=status)

    round_at(here, app)
    round_at(here, app)

    assert backups(here, app, owner) == []
    assert told(here, app, owner).count("backup_left_out") == 1
    things.put(app, status="running")
    round_at(here, app)
    assert len(backups(here, app, owner)) == 1


def test_app_whose_server_is_lost_is_left_out(here: Checked, owner: str, app: str) -> None:
    things.put(known(app).node or "", status="lost")

    round_at(here, app)

    assert backups(here, app, owner) == []
    assert told(here, app, owner)[0] == "backup_left_out"


def test_backups_by_hand_are_no_limit_to_those_by_schedule(
    here: Checked, owner: str, app: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.services.backups.backups.MOST_KEPT", 1)
    things.backup_of(known(app))

    round_at(here, app)

    assert {one["trigger"] for one in backups(here, app, owner)} == {"hand", "schedule"}


def test_app_without_a_schedule_any_more_is_left_alone(here: Checked, owner: str, app: str) -> None:
    due = known(app).attributes["backup_due_at"]
    here.call("PATCH", f"/deployments/{app}", {"backup_schedule": None}, user=owner)
    assert known(app).attributes["backup_due_at"] is None

    here.world.skew = clock.seconds_between(wiring.now(), due) + 1
    resume_work.handler({}, None)

    assert backups(here, app, owner) == []


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"backup_schedule": {"every": "hour", "hour": 3}}, "/backup_schedule/every"),
        ({"backup_schedule": {"every": "day", "hour": 24}}, "/backup_schedule/hour"),
        ({"backup_schedule": {"every": "day", "hour": True}}, "/backup_schedule/hour"),
        ({"backup_schedule": {"every": "day"}}, "/backup_schedule/hour"),
        ({"backup_schedule": {**DAILY, "minute": 5}}, "/backup_schedule/minute"),
        ({"backup_schedule": "daily"}, "/backup_schedule"),
        ({"backup_keep": 0}, "/backup_keep"),
        ({"backup_keep": 51}, "/backup_keep"),
        ({"backup_keep": None}, "/backup_keep"),
    ],
)
def test_bad_schedule_is_refused_with_its_place(
    here: Checked, owner: str, given: dict[str, Any], pointer: str
) -> None:
    app = things.placed(here, owner)

    reply = here.call("PATCH", f"/deployments/{app}", given, user=owner)

    assert reply.status == 422
    assert reply.body["errors"][0]["source"]["pointer"] == f"/data/attributes{pointer}"


def test_time_of_a_backup_is_written_by_the_system_alone(
    here: Checked, owner: str, app: str
) -> None:
    given = {"backup_due_at": "2026-02-15T10:00:00.000Z"}

    assert here.call("PATCH", f"/deployments/{app}", given, user=owner).codes == ["system_field"]
