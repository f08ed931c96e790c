"""Backups by command, against the product; archives come from a bucket beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from hoster_cli import calls, names
from hoster_cli.api import Api
from hoster_cli.calls import Call
from tests.cli.conftest import MEMBER, Command
from tests.functions import things
from tests.world import World


@pytest.fixture
def data(house: World, running: str) -> tuple[str, str]:
    """Where the server has the data of the app, which is one row at first."""
    apps = house.call("GET", "/deployments", user=MEMBER).body["data"]
    app = next(one["id"] for one in apps if one["attributes"]["name"] == running)
    house.node.volumes.data[app, "data"] = ["a row"]
    return app, "data"


@pytest.fixture
def backup(hoster: Command, running: str, data: tuple[str, str]) -> Iterator[str]:
    """A complete backup of the app, which goes after the test."""
    said = hoster("backups", "make", running, "--wait")
    assert said.status == 0, said.err
    made = said.out.strip()
    yield made
    hoster("backups", "delete", made, "--yes")


def attributes(hoster: Command, *words: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(hoster(*words, "--json").out)["data"]["attributes"]
    return found


def test_app_is_backed_up_followed_and_told(
    hoster: Command, running: str, data: tuple[str, str]
) -> None:
    said = hoster("backups", "make", running, "--wait")

    assert said.status == 0, said.err
    assert "✓ Send the data, packed and encrypted" in said.err
    assert "✓ hello is backed up: 9 B." in said.err
    assert said.out.startswith("bkp_")
    assert len(said.out.split()) == 1
    hoster("backups", "delete", said.out.strip(), "--yes")


def test_documents_come_one_a_line_and_the_last_is_the_backup(
    hoster: Command, running: str, data: tuple[str, str]
) -> None:
    said = hoster("backups", "make", running, "--wait", "--json")

    *story, last = [json.loads(line)["data"] for line in said.out.splitlines()]
    assert {one["type"] for one in story} == {"timelines"}
    assert (last["type"], last["attributes"]["status"]) == ("backups", "complete")
    hoster("backups", "delete", last["id"], "--yes")


def test_backup_that_fails_says_why_and_ends_with_one(
    house: World,
    hoster: Command,
    running: str,
    data: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(house.node.volumes, "free", 1)

    said = hoster("backups", "make", running, "--wait")

    assert said.status == 1
    assert "The server has 1 MB free" in said.err
    assert said.err.rstrip().endswith("(disk_full)")


def test_backups_are_listed_of_all_apps_and_of_one(
    hoster: Command, running: str, backup: str
) -> None:
    every, ones = hoster("backups", "list"), hoster("backups", "list", running)

    assert every.out.splitlines()[0].split()[:3] == ["ID", "APP", "MADE"]
    assert any(line.split()[:2] == [backup, "hello"] for line in every.out.splitlines())
    assert f"{backup}   hello" in ones.out
    assert "complete   hand   9 B" in ones.out
    assert hoster("backups", "list", "nobody").status == 3


def test_nothing_is_told_of_somebody_elses(
    hoster: Command, backup: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOSTER_TOKEN", "somebody-else")

    ends = [hoster("backups", verb, backup).status for verb in ("delete", "download", "drill")]

    assert ends == [3, 3, 3]
    assert hoster("backups", "list").out == ""
    monkeypatch.setenv("HOSTER_TOKEN", MEMBER)


def test_data_is_brought_back_into_the_app(
    house: World, hoster: Command, running: str, data: tuple[str, str], backup: str
) -> None:
    house.node.volumes.data[data].append("too much")

    said = hoster("backups", "restore", running, "--yes", "--wait")

    assert said.status == 0, said.err
    assert "✓ Put the data in its place" in said.err
    assert "hello has the data of 20" in said.err
    assert house.node.volumes.data[data][0] == "a row"
    assert "too much" not in house.node.volumes.data[data]


def test_restore_wants_the_name_typed(hoster: Command, running: str, backup: str) -> None:
    said = hoster("backups", "restore", running, "--from", backup)

    assert said.status == 2
    assert "the data that it has now" in said.err
    assert "Say --yes to go ahead." in said.err


def test_backup_becomes_a_new_app(hoster: Command, running: str, backup: str, node: str) -> None:
    said = hoster("backups", "deploy", running, "--name", "copy", "--node", node, "--wait")

    assert said.status == 0, said.err
    assert said.out.startswith("http://copy")
    assert "copy is running with the data of 20" in said.err
    assert hoster("delete", "copy", "--yes", "--wait").status == 0


@pytest.mark.parametrize(
    ("judged", "ends"),
    [
        (
            {"status": "passed", "healthy_seconds": 12.0},
            (0, "passed: healthy in 12 s."),
        ),
        ({"status": "failed", "reason": "The app is failed."}, (1, "The app is failed.")),
    ],
)
def test_drill_is_followed_until_it_is_judged(
    hoster: Command,
    backup: str,
    monkeypatch: pytest.MonkeyPatch,
    judged: dict[str, object],
    ends: tuple[int, str],
) -> None:
    """Nobody looks after drills here: it is judged when it is looked at for the third time."""
    real, looks = Api.ask, [0]

    def looked(self: Api, call: Call, *places: str, **given: Any) -> Any:
        looks[0] += call is calls.GET_BACKUP
        if looks[0] == 3:
            drill = {**judged, "at": "", "deployment_id": ""}
            things.put(backup, attributes={"drill": drill, "drill_due_at": None})
        return real(self, call, *places, **given)

    monkeypatch.setattr(Api, "ask", looked)
    said = hoster("backups", "drill", backup, "--wait")

    assert (said.status, ends[1] in said.err) == (ends[0], True), said.err
    assert looks[0] == 3


def test_app_without_a_complete_backup_is_told_how_to_make_one(
    hoster: Command, running: str
) -> None:
    said = hoster("backups", "download", running)

    assert said.status == 3
    assert "hello has no complete backup." in said.err
    assert "hoster backups make hello --wait" in said.err


def test_backup_is_deleted_when_its_id_is_typed(
    hoster: Command, running: str, data: tuple[str, str]
) -> None:
    made = hoster("backups", "make", running, "--wait").out.strip()

    asked = hoster("backups", "delete", made)
    said = hoster("backups", "delete", made, "--yes")

    assert asked.status == 2
    assert "the data of hello of 20" in asked.err
    assert (said.status, f"{made} is deleted." in said.err) == (0, True)
    assert hoster("backups", "delete", made, "--yes").status == 3


def test_backup_in_the_bucket_of_the_house_is_not_forgotten(hoster: Command, backup: str) -> None:
    said = hoster("backups", "delete", backup, "--forget", "--yes")

    assert said.status == 4
    assert hoster("backups", "list").out.count(backup) == 1


def test_schedule_is_shown_changed_and_ended(hoster: Command, running: str) -> None:
    none = hoster("backups", "schedule", running).out
    hoster("backups", "schedule", running, "--every", "week", "--hour", "4", "--keep", "5")
    weekly = hoster("backups", "schedule", running).out
    hoster("backups", "schedule", running, "--every", "day")
    daily = attributes(hoster, "backups", "schedule", running)
    ended = hoster("backups", "schedule", running, "--off").out

    assert "by hand alone" in none
    assert "each Sunday, from 04:00 UTC on" in weekly
    assert daily["backup_schedule"] == {"every": "day", "hour": 4}
    assert daily["backup_keep"] == 5
    assert "by hand alone" in ended
    assert hoster("backups", "schedule", running, "--off", "--hour", "3").status == 2


def test_backup_is_found_by_its_id_alone_without_a_list(url: str, backup: str) -> None:
    assert names.backup(Api(url, MEMBER), backup)["id"] == backup
