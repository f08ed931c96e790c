"""Backups asked for by hand."""

from __future__ import annotations

import pytest

from chalicelib.runtime import wiring
from chalicelib.services.backups import backups
from tests.functions import things
from tests.functions.checks import Checked


def test_backup_is_recorded_with_the_work_that_makes_it(here: Checked, owner: str) -> None:
    app = things.placed(here, owner)

    reply = here.call("POST", f"/deployments/{app}/backups", user=owner)

    assert (reply.status, reply.attributes["status"]) == (202, "pending")
    assert reply.attributes["deployment_id"] == app
    assert here.workflows.started == [(app, "backup")]
    known = here.call("GET", f"/deployments/{app}", user=owner).attributes
    assert (known["status"], known["work"]["kind"]) == ("running", "backup")
    again = here.call("POST", f"/deployments/{app}/backups", user=owner)
    assert again.codes == ["work_in_progress"]


@pytest.mark.parametrize("status", ["pending", "starting", "deleting"])
def test_app_that_has_no_data_yet_is_not_backed_up(here: Checked, owner: str, status: str) -> None:
    app = things.placed(here, owner)
    things.put(app, status=status)

    reply = here.call("POST", f"/deployments/{app}/backups", user=owner)

    assert (reply.status, reply.codes) == (409, ["wrong_state"])


def test_only_so_many_backups_of_an_app_are_kept(
    here: Checked, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "MOST_KEPT", 2)
    app = things.placed(here, owner)
    record = wiring.records().get(app)
    assert record is not None
    for _ in range(2):
        things.backup_of(record)

    reply = here.call("POST", f"/deployments/{app}/backups", user=owner)

    assert (reply.status, reply.codes) == (409, ["too_many_backups"])


def test_app_whose_server_is_gone_has_no_data_to_save(here: Checked, owner: str) -> None:
    app = things.placed(here, owner)
    record = wiring.records().get(app)
    assert record is not None
    things.put(record.node or "", status="lost")

    reply = here.call("POST", f"/deployments/{app}/backups", user=owner)

    assert (reply.status, reply.codes) == (409, ["node_lost"])
