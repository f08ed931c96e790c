"""Backups and restores of apps whose services dump and load their own data."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.runtime import wiring
from functions.steps.restore import load_dumps, swap_volumes
from tests.factories import TWO_SERVICES, deployment, settled, template
from tests.fakes.volumes import KILLED
from tests.functions import things
from tests.statemachines.deploys import start
from tests.statemachines.test_backup import (
    PUT_BACK,
    RESTORE,
    backed_up,
    drilled,
    held,
    objects,
    restored,
    uploads,
)
from tests.statemachines.test_failures import FOR_GOOD, stepped, until
from tests.statemachines.test_restart import told, up
from tests.world import World

DUMPS = "x-hoster: {dumps: {db: {dump: dump-it, load: load-it, volumes: [data]}}}\n"
FILES = TWO_SERVICES.replace('ports: ["80"]', 'ports: ["80"]\n    volumes: ["files:/files"]')
WITH_FILES = FILES.replace("volumes: {data: {}}", "volumes: {data: {}, files: {}}")
SECRET = {"name": "DB_PASSWORD", "type": "secret", "label": "Password", "required": True}
PASSWORD = "a-pass-word-of-the-database"
WHILE_IT_RUNS = ["OpenArchives", "SendDumps", "CheckArchives", "FinishBackup"]


def running(here: World, text: str) -> str:
    """An app that runs, with one row in its database."""
    greeting = {"name": "GREETING", "type": "string", "default": "hello", "label": "Greeting"}
    made = template(here, name="Dumped", compose_spec=text, variables=[greeting, SECRET])
    app = deployment(here, template_id=made, variables={"DB_PASSWORD": PASSWORD})
    assert start(here, app)["status"] == "running"
    here.node.volumes.data[app, "data"] = ["a row"]
    here.node.engine.started.clear()
    stepped(here)
    return app


@pytest.fixture
def app(here: World) -> str:
    return running(here, TWO_SERVICES + DUMPS)


def test_app_whose_data_is_dumped_is_not_stopped(here: World, app: str) -> None:
    before = here.node.engine.containers(app)

    known = backed_up(here, app).attributes

    assert (known["status"], known["error_code"], known["away_seconds"]) == ("complete", None, None)
    [archive] = known["archives"]
    assert {name: archive[name] for name in ("kind", "service", "volume", "volumes", "files")} == {
        "kind": "dump",
        "service": "db",
        "volume": None,
        "volumes": ["data"],
        "files": None,
    }
    [(key, content)] = objects().items()
    assert key.endswith("/db.dump.gz.enc")
    assert json.loads(content) == {"data": ["a row"]}
    assert stepped(here) == WHILE_IT_RUNS
    assert here.node.engine.containers(app) == before
    assert here.node.engine.started == []
    assert told(app)[-2:] == ["backup_begun", "backed_up"]


def test_app_is_stopped_for_volumes_that_no_dump_stands_for(here: World) -> None:
    app = running(here, WITH_FILES + DUMPS)

    known = backed_up(here, app).attributes

    kinds = [(one["kind"], one["service"] or one["volume"]) for one in known["archives"]]
    assert kinds == [("dump", "db"), ("volume", "files")]
    assert known["away_seconds"] >= 0
    assert here.node.volumes.clashes == []
    assert up(here, app) == {"db": "running", "web": "running"}


def test_app_that_does_not_run_is_saved_as_it_lies(here: World, app: str) -> None:
    here.node.engine.stop(app)
    things.put(app, status="stopped")

    known = backed_up(here, app).attributes

    assert [one["kind"] for one in known["archives"]] == ["volume"]
    assert known["away_seconds"] is None


def test_dump_that_fails_says_why_without_the_apps_secrets(here: World, app: str) -> None:
    here.node.volume_archives.breaks = [
        f"dump:PGPASSWORD={PASSWORD}: no such user\nSending db broke off at its command."
    ]

    known = backed_up(here, app).attributes

    assert (known["status"], known["error_code"]) == ("failed", "command_failed")
    assert "PGPASSWORD=•••: no such user" in known["error_message"]
    assert PASSWORD not in json.dumps(here.call("GET", f"/deployments/{app}/timeline").body)
    assert (objects(), uploads()) == ({}, [])
    assert here.node.engine.started == []
    assert up(here, app) == {"db": "running", "web": "running"}


def test_dump_that_was_killed_begins_anew(here: World, app: str) -> None:
    here.node.volume_archives.breaks = [f"dump:{KILLED}"]

    assert backed_up(here, app).attributes["status"] == "complete"


@pytest.mark.parametrize("step", WHILE_IT_RUNS)
def test_backup_that_breaks_off_leaves_the_app_as_it_runs(here: World, app: str, step: str) -> None:
    before = here.node.engine.containers(app)
    here.kills = {step: FOR_GOOD}

    known = backed_up(here, app).attributes

    assert (known["status"], known["error_code"]) == ("failed", "step_crashed")
    assert stepped(here) == [*until(WHILE_IT_RUNS, step), "UndoBackup", "EndBackup"]
    assert here.node.engine.containers(app) == before
    assert (objects(), uploads()) == ({}, [])


def test_dumping_goes_on_for_hours_with_other_links(here: World, app: str) -> None:
    def arrived(left: int) -> int:
        here.skew += 1200
        return 10_000_000 * (12 - left)

    here.node.volume_archives.looks, here.node.volume_archives.bytes_of = 12, arrived

    assert backed_up(here, app).attributes["status"] == "complete"
    assert here.node.volume_archives.renewals == 6


def test_fetching_and_loading_go_on_for_hours_as_long_as_bytes_come(here: World, app: str) -> None:
    backup = backed_up(here, app).id

    def arrived(left: int) -> int:
        here.skew += 1200
        return 10_000_000 * (12 - left)

    here.node.volume_archives.looks, here.node.volume_archives.bytes_of = 12, arrived

    assert restored(here, app, backup)["status"] == "running"
    assert here.skew >= 24 * 1200
    assert here.node.volume_archives.renewals >= 5
    assert held(here, app).count("a row") == 1


def test_restore_loads_the_dump_into_an_empty_database_before_the_rest_starts(
    here: World, app: str
) -> None:
    backup = backed_up(here, app).id
    here.node.volumes.data[app, "data"] = ["spoilt"]
    seen: dict[str, Any] = {}
    here.before = {"StartServices": lambda: seen.update(up(here, app))}

    after = restored(here, app, backup)

    assert (after["status"], after["error_code"]) == ("running", None)
    assert held(here, app) == ["redis:7-alpine", "a row"]
    assert (seen["db"], seen["web"]) == ("running", "exited")
    assert here.node.volume_archives.before == {}
    assert here.node.volumes.clashes == []
    assert up(here, app) == {"db": "running", "web": "running"}


def test_functions_that_are_killed_load_it_once(here: World, app: str) -> None:
    backup = backed_up(here, app).id
    here.kills = dict.fromkeys(RESTORE, 1)

    assert restored(here, app, backup)["status"] == "running"
    assert held(here, app).count("a row") == 1


@pytest.mark.parametrize("step", ["LoadDumps", "StartServices", "AwaitHealthy", "FinishRestore"])
def test_restore_that_breaks_off_puts_the_data_back(here: World, app: str, step: str) -> None:
    backup = backed_up(here, app).id
    here.node.volumes.data[app, "data"] = ["of today"]
    here.kills = {step: FOR_GOOD}
    stepped(here)

    after = restored(here, app, backup)

    assert (after["status"], after["error_code"]) == ("running", "step_crashed")
    assert stepped(here) == [*until(RESTORE, step), *PUT_BACK]
    assert held(here, app)[0] == "of today"
    assert "a row" not in held(here, app)
    assert up(here, app) == {"db": "running", "web": "running"}
    assert here.node.volumes.clashes == []


@pytest.mark.parametrize("why", [f"{PASSWORD} is wrong", KILLED])
def test_load_that_fails_or_was_killed_puts_back_what_was_there(
    here: World, app: str, why: str
) -> None:
    backup = backed_up(here, app).id
    here.node.volumes.data[app, "data"] = ["of today"]
    here.node.volume_archives.breaks = [f"load:{why}"]

    after = restored(here, app, backup)

    assert (after["status"], after["error_code"]) == ("running", "command_failed")
    assert after["error_message"].startswith("Loading a dump failed: ")
    assert PASSWORD not in after["error_message"]
    assert held(here, app)[0] == "of today"
    assert "a row" not in held(here, app)


def test_load_that_broke_off_in_a_lost_run_begins_on_an_emptied_volume(
    here: World, app: str
) -> None:
    """The run is lost after half of the data was loaded, and brought back from its beginning."""
    backup = backed_up(here, app).id
    archives, rows = here.node.volume_archives, []

    def lose() -> None:
        generation = wiring.records().get(app).generation  # type: ignore[union-attr]
        for known in (archives.ended, archives.jobs):
            known.pop((app, generation, "load"))  # type: ignore[attr-defined]
        rows.append(held(here, app).count("a row"))
        event = {"id": app, "generation": generation, "kind": "restore"}
        poll = swap_volumes.handler(event, None)
        rows.append(held(here, app).count("a row"))
        while True:
            poll = load_dumps.handler({**event, "poll": poll}, None)
            if poll["ready"]:
                return

    here.before = {"StartServices": lose}

    after = restored(here, app, backup)

    assert rows == [1, 0]
    assert after["status"] == "running"
    assert held(here, app).count("a row") == 1


def test_new_app_and_drill_have_the_data_of_the_dump(here: World, app: str) -> None:
    backup = backed_up(here, app).id
    node = wiring.records().get(app).node  # type: ignore[union-attr]

    made = here.call("POST", f"/backups/{backup}/deploy", {"name": "again", "node_id": node})
    after = settled(here, "deployments", made.id)
    drill = drilled(here, backup)

    assert after["status"] == "running"
    assert held(here, made.id).count("a row") == 1
    assert (drill["status"], drill["files"]) == ("passed", None)
    assert {one.partition("/")[0] for one in here.node.engine.volumes} == {app, made.id}


def test_version_without_the_service_of_a_dump_is_refused_before_anything_is_touched(
    here: World, app: str
) -> None:
    backup = backed_up(here, app).id
    snapshot = wiring.records().get(app).attributes["snapshot"]  # type: ignore[union-attr]
    other = TWO_SERVICES.replace("data:", "other:").replace("{data: {}}", "{other: {}}")
    things.put(app, attributes={"snapshot": {**snapshot, "compose_spec": other}})
    here.node.engine.started.clear()

    after = restored(here, app, backup)

    assert (after["status"], after["error_code"]) == ("running", "other_version")
    assert "has a dump of db, for its volume data" in after["error_message"]
    assert held(here, app) == ["a row"]


def test_download_says_how_a_dump_is_opened(here: World, app: str) -> None:
    backup = backed_up(here, app).id

    [one] = here.call("POST", f"/backups/{backup}/download").attributes["archives"]

    assert (one["kind"], one["service"], one["file"]) == ("dump", "db", "db.dump.gz.enc")
    assert one["opened_by"].endswith("-in db.dump.gz.enc | gunzip >db.dump")
