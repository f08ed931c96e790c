"""Asking for an export of one's account."""

from __future__ import annotations

from tests.functions import things
from tests.functions.checks import Checked

WITH_SECRETS = {"include_secrets": True}


def test_export_begins_with_its_work(here: Checked, owner: str) -> None:
    reply = here.call("POST", "/account_exports", WITH_SECRETS, user=owner)

    assert reply.status == 202
    assert (reply.attributes["status"], reply.attributes["work"]["kind"]) == ("pending", "export")
    assert (reply.id, "export") in here.workflows.started
    steps = here.call("GET", f"/account_exports/{reply.id}/timeline", user=owner).attributes
    names = [one["name"] for one in steps["steps"]]
    assert names == ["BackUpApps", "WriteFiles", "JoinPieces", "FinishExport"]
    [event] = here.call("GET", "/events", user=owner).body["data"]
    assert event["attributes"]["name"] == "export_begun"


def test_secrets_have_to_be_asked_for(here: Checked, owner: str) -> None:
    reply = here.call("POST", "/account_exports", {"include_secrets": False}, user=owner)

    assert (reply.status, reply.codes) == (422, ["not_accepted"])
    assert here.workflows.started == []


def test_one_export_is_made_at_a_time(here: Checked, owner: str, stranger: str) -> None:
    things.export(here, owner)

    reply = here.call("POST", "/account_exports", WITH_SECRETS, user=owner)

    assert (reply.status, reply.codes) == (409, ["export_in_progress"])
    other = here.call("POST", "/account_exports", WITH_SECRETS, user=stranger)
    assert other.status == 202


def test_another_export_follows_one_that_ended(here: Checked, owner: str) -> None:
    things.export_made(here, owner)

    assert here.call("POST", "/account_exports", WITH_SECRETS, user=owner).status == 202
