"""New apps with the data of a backup."""

from __future__ import annotations

from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked


def test_new_app_has_the_values_of_the_old_one_and_waits_for_its_data(
    here: Checked, owner: str
) -> None:
    backup = things.backup(here, owner)
    node = things.node(owner)

    given = {"name": "again", "node_id": node}
    reply = here.call("POST", f"/backups/{backup}/deploy", given, user=owner, kind="deployments")

    assert reply.status == 201, reply.body
    assert (reply.attributes["status"], reply.attributes["node_id"]) == ("scheduled", node)
    assert here.workflows.started[-1] == (reply.id, "restore")
    record = wiring.records().get(reply.id)
    assert record is not None
    assert record.attributes["restoring"]["backup"] == backup


def test_app_that_no_server_can_take_is_made_and_says_so(here: Checked, owner: str) -> None:
    backup = things.backup(here, owner)
    record = wiring.records().get(backup)
    assert record is not None
    app = wiring.records().get(record.attributes["deployment_id"])
    assert app is not None
    things.put(app.node or "", status="maintenance")

    reply = here.call(
        "POST", f"/backups/{backup}/deploy", {"name": "again"}, user=owner, kind="deployments"
    )

    assert (reply.status, reply.attributes["status"]) == (201, "pending")
    assert "not started yet" in reply.body["meta"]["notice"]


def test_backup_that_failed_becomes_no_app(here: Checked, owner: str) -> None:
    backup = things.backup(here, owner)
    things.put(backup, status="failed")

    reply = here.call(
        "POST", f"/backups/{backup}/deploy", {"name": "again"}, user=owner, kind="deployments"
    )

    assert (reply.status, reply.codes) == (409, ["backup_incomplete"])
