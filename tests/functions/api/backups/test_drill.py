"""Drills of backups asked for, and what becomes of them."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain import clock
from chalicelib.ports.records import Record
from chalicelib.runtime import wiring
from functions.schedules import resume_work
from tests.functions import things
from tests.functions.checks import Checked


@pytest.fixture
def backup(here: Checked, owner: str) -> str:
    return things.backup(here, owner)


def known(record_id: str) -> Record:
    record = wiring.records().get(record_id)
    assert record is not None
    return record


def app_of(backup: str) -> Record:
    return known(known(backup).attributes["drill_app"])


def asked(here: Checked, owner: str, backup: str) -> Any:
    reply = here.call("POST", f"/backups/{backup}/drill", user=owner)
    assert reply.status == 202, reply.body
    return reply


def looked(here: Checked, owner: str, backup: str) -> Any:
    """Look at a drill once it is due; returns what is shown of it."""
    due = known(backup).attributes["drill_due_at"]
    here.world.skew = 0
    here.world.skew = clock.seconds_between(wiring.now(), due) + 1
    resume_work.handler({}, None)
    return here.call("GET", f"/backups/{backup}", user=owner).attributes["drill"]


def test_app_is_made_with_the_data_and_counts_for_nothing(
    here: Checked, owner: str, backup: str
) -> None:
    reply = asked(here, owner, backup)

    app = app_of(backup)
    assert reply.attributes["drill"]["status"] == "running"
    assert here.workflows.started[-1] == (app.id, "restore")
    assert app.attributes["proof_id"] == backup
    assert app.attributes["restoring"]["backup"] == backup


@pytest.mark.parametrize(
    ("had", "given", "may"),
    [(True, {}, True), (False, {}, False), (True, {"allow_public_nodes": False}, False)],
)
def test_servers_of_others_may_take_it_as_they_might_its_app(
    here: Checked, backup: str, had: bool, given: dict[str, Any], may: bool
) -> None:
    owner = known(backup).owner
    things.put(known(backup).attributes["deployment_id"], attributes={"allow_public_nodes": had})

    here.call("POST", f"/backups/{backup}/drill", given, user=owner, kind="backups")

    assert app_of(backup).attributes["allow_public_nodes"] is may


def test_drill_of_an_app_that_runs_has_passed_and_the_app_goes(
    here: Checked, owner: str, backup: str
) -> None:
    asked(here, owner, backup)
    app = app_of(backup).id
    things.put(app, status="running", clear_work=True, attributes={"started_at": wiring.now()})

    drill = looked(here, owner, backup)

    assert (drill["status"], drill["bytes"]) == ("passed", 10)
    assert drill["healthy_seconds"] >= 0
    assert here.workflows.started[-1] == (app, "remove")
    things.put(app, status="deleted", clear_work=True)
    looked(here, owner, backup)
    assert known(backup).attributes["drill_due_at"] is None
    assert here.call("DELETE", f"/backups/{backup}", user=owner).status == 204


def test_backup_is_deleted_as_soon_as_the_app_of_its_drill_has_gone(
    here: Checked, owner: str, backup: str
) -> None:
    asked(here, owner, backup)
    app = app_of(backup).id
    things.put(app, status="running", clear_work=True, attributes={"started_at": wiring.now()})
    looked(here, owner, backup)
    early = here.call("DELETE", f"/backups/{backup}", user=owner)
    things.put(app, status="deleted", clear_work=True)

    reply = here.call("DELETE", f"/backups/{backup}", user=owner)

    assert (early.status, early.codes) == (409, ["drill_in_progress"])
    assert reply.status == 204


@pytest.mark.parametrize(
    ("status", "reason"), [("failed", "It said why."), ("deleted", "was removed before")]
)
def test_drill_of_an_app_that_does_not_get_healthy_has_failed(
    here: Checked, owner: str, backup: str, status: str, reason: str
) -> None:
    asked(here, owner, backup)
    app = app_of(backup).id
    things.put(app, status=status, clear_work=True, attributes={"error_message": "It said why."})

    drill = looked(here, owner, backup)

    assert drill["status"] == "failed"
    assert reason in drill["reason"]
    assert ((app, "remove") in here.workflows.started) is (status == "failed")
    told = [one.name for one in wiring.records().journal(backup, limit=9)]
    assert told[0] == "drill_failed"


def test_drill_whose_app_was_never_made_ends(here: Checked, owner: str, backup: str) -> None:
    asked(here, owner, backup)
    things.put(backup, attributes={"drill_app": "0190a8b2-0000-7000-8000-00000000dead"})

    drill = looked(here, owner, backup)

    assert drill["status"] == "failed"
    assert known(backup).attributes["drill_due_at"] is None


def test_app_that_could_not_be_removed_is_removed_again(
    here: Checked, owner: str, backup: str
) -> None:
    asked(here, owner, backup)
    app = app_of(backup).id
    things.put(app, status="failed", clear_work=True)
    first = looked(here, owner, backup)
    things.put(app, status="failed", clear_work=True)

    again = looked(here, owner, backup)

    assert here.workflows.started.count((app, "remove")) == 2
    assert again == first
    told = [one.name for one in wiring.records().journal(backup, limit=9)]
    assert told.count("drill_failed") == 1


def test_one_drill_at_a_time_and_no_backup_is_deleted_under_it(
    here: Checked, owner: str, backup: str
) -> None:
    asked(here, owner, backup)

    again = here.call("POST", f"/backups/{backup}/drill", user=owner)
    deleted = here.call("DELETE", f"/backups/{backup}", user=owner)

    assert (again.status, again.codes) == (409, ["drill_in_progress"])
    assert (deleted.status, deleted.codes) == (409, ["drill_in_progress"])


def test_drill_that_no_server_can_take_is_refused_and_leaves_nothing(
    here: Checked, owner: str, backup: str
) -> None:
    app = known(known(backup).attributes["deployment_id"])
    things.put(app.node or "", status="maintenance")

    reply = here.call("POST", f"/backups/{backup}/drill", user=owner)

    assert reply.status == 409
    made = app_of(backup).id
    assert looked(here, owner, backup) is None
    assert here.workflows.started[-1] == (made, "remove")


def test_server_that_is_not_there_is_named_in_the_refusal(
    here: Checked, owner: str, backup: str
) -> None:
    reply = here.call(
        "POST", f"/backups/{backup}/drill", {"node_id": "node_0123456789abcdef"}, user=owner
    )

    assert reply.status in {409, 422}
    assert looked(here, owner, backup) is None
    assert known(backup).attributes["drill_due_at"] is None


def test_backup_that_failed_is_not_tried(here: Checked, owner: str, backup: str) -> None:
    things.put(backup, status="failed")

    reply = here.call("POST", f"/backups/{backup}/drill", user=owner)

    assert (reply.status, reply.codes) == (409, ["backup_incomplete"])
