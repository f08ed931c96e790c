"""When backups by schedule are due."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain import clock
from chalicelib.domain.backup_times import following, next_due

APP = "0190a8b2-0000-7000-8000-000000000001"
DAILY = {"every": "day", "hour": 3}
WEEKLY = {"every": "week", "hour": 3}
WEDNESDAY = "2026-02-18T12:00:00.000Z"


def test_daily_one_is_due_within_its_hour_of_the_next_day() -> None:
    assert next_due(DAILY, APP, after=WEDNESDAY).startswith("2026-02-19T03:")


def test_weekly_one_is_due_on_sunday() -> None:
    assert next_due(WEEKLY, APP, after=WEDNESDAY).startswith("2026-02-22T03:")


@pytest.mark.parametrize(("schedule", "days"), [(DAILY, 1), (WEEKLY, 7)])
def test_each_follows_the_one_before(schedule: dict[str, Any], days: int) -> None:
    first = next_due(schedule, APP, after=WEDNESDAY)

    second = next_due(schedule, APP, after=first)

    assert clock.seconds_between(first, second) == days * 86_400


def test_hour_that_is_still_to_come_is_of_today() -> None:
    assert next_due({"every": "day", "hour": 23}, APP, after=WEDNESDAY).startswith("2026-02-18T23:")


def test_apps_of_one_hour_do_not_begin_together() -> None:
    apps = [f"{APP[:-3]}{number:03d}" for number in range(200)]

    minutes = {next_due(DAILY, app, after=WEDNESDAY)[14:16] for app in apps}

    assert len(minutes) > 40


def test_schedule_that_is_sent_again_leaves_when_it_is_due() -> None:
    known = {"backup_schedule": DAILY, "backup_due_at": "2026-02-18T03:00:00.000Z"}

    assert following(APP, known, {"backup_schedule": dict(DAILY)}, WEDNESDAY) == {}
    assert following(APP, known, {"name": "other"}, WEDNESDAY) == {}


def test_schedule_that_is_taken_away_is_due_no_more() -> None:
    gone = following(APP, {"backup_schedule": DAILY}, {"backup_schedule": None}, WEDNESDAY)

    assert gone == {"backup_due_at": None, "backup_skipped": None}


@pytest.mark.parametrize(("known", "sent", "kept"), [({}, {}, 7), ({}, {"backup_keep": 3}, 3)])
def test_first_schedule_says_how_many_are_kept(
    known: dict[str, Any], sent: dict[str, Any], kept: int
) -> None:
    found = following(APP, known, {"backup_schedule": DAILY, **sent}, WEDNESDAY)

    assert found["backup_keep"] == kept
    assert found["backup_due_at"].startswith("2026-02-19T03:")
