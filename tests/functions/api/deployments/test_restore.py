"""Data of a backup brought back into its app."""

from __future__ import annotations

import pytest

from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked


def backup_of(app: str, **changes: object) -> str:
    record = wiring.records().get(app)
    assert record is not None
    return things.backup_of(record, **changes)


@pytest.mark.parametrize(
    ("status", "then"), [("running", "running"), ("stopped", "starting"), ("failed", "starting")]
)
def test_restore_begins_as_work(here: Checked, owner: str, status: str, then: str) -> None:
    app = things.placed(here, owner)
    things.put(app, status=status)
    given = {"backup_id": backup_of(app)}

    reply = here.call("POST", f"/deployments/{app}/restore", given, user=owner, kind="deployments")

    assert (reply.status, reply.attributes["status"]) == (200, then)
    assert here.workflows.started == [(app, "restore")]


def test_backup_of_another_templates_app_is_of_no_use(here: Checked, owner: str) -> None:
    app = things.placed(here, owner)
    given = {"backup_id": backup_of(app, template_id="tmpl_other")}

    reply = here.call("POST", f"/deployments/{app}/restore", given, user=owner, kind="deployments")

    assert (reply.status, reply.codes) == (409, ["other_template"])


def test_backup_of_somebody_else_is_not_there(here: Checked, owner: str, stranger: str) -> None:
    app = things.placed(here, owner)
    given = {"backup_id": things.backup(here, stranger)}

    reply = here.call("POST", f"/deployments/{app}/restore", given, user=owner, kind="deployments")

    assert (reply.status, reply.codes) == (422, ["not_found"])


@pytest.mark.parametrize("status", ["pending", "starting", "deleting"])
def test_app_is_not_restored_in_any_state(here: Checked, owner: str, status: str) -> None:
    app = things.placed(here, owner)
    things.put(app, status=status)
    given = {"backup_id": backup_of(app)}

    reply = here.call("POST", f"/deployments/{app}/restore", given, user=owner, kind="deployments")

    assert (reply.status, reply.codes) == (409, ["wrong_state"])
