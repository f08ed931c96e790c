"""Changing records."""

from __future__ import annotations

import json
from unittest import mock

import pytest

from chalicelib.ports.records import Change
from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked


def test_change_is_kept_and_told(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)

    reply = here.call("PATCH", f"/deployments/{app}", {"name": "  renamed "}, user=owner)

    assert reply.attributes["name"] == "renamed"
    assert here.call("GET", f"/deployments/{app}", user=owner).attributes["name"] == "renamed"
    told = here.call("GET", f"/deployments/{app}/monitoring/events", user=owner)
    assert [event["type"] for event in told.attributes["events"]] == ["updated", "created"]


def test_only_what_is_sent_changes(here: Checked, owner: str) -> None:
    template = things.draft(here, owner, description="first", category="web")

    here.call("PATCH", f"/templates/{template}", {"description": "second"}, user=owner)

    shown = here.call("GET", f"/templates/{template}", user=owner).attributes
    assert (shown["description"], shown["category"]) == ("second", "web")


def test_change_of_nothing_is_refused(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)

    for body in ("", "{}", json.dumps({"data": {"type": "deployments", "attributes": {}}})):
        reply = here.call("PATCH", f"/deployments/{app}", body=body, user=owner)

        assert (reply.status, reply.codes) == (400, ["bad_request"]), body


def test_name_cannot_be_taken_away(here: Checked, owner: str) -> None:
    node = things.node(owner)

    for name in (None, "", "   ", "x" * 101, 7):
        reply = here.call("PATCH", f"/nodes/{node}", {"name": name}, user=owner)

        assert (reply.status, reply.codes) == (422, ["invalid"]), name


def test_two_changes_of_one_version_cannot_both_win(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    version = here.call("GET", f"/deployments/{app}", user=owner).headers["ETag"]
    expecting = {"If-Match": version}

    first = here.call(
        "PATCH", f"/deployments/{app}", {"name": "one"}, user=owner, headers=expecting
    )
    second = here.call(
        "PATCH", f"/deployments/{app}", {"name": "two"}, user=owner, headers=expecting
    )

    assert (first.status, second.status) == (200, 412)
    assert here.call("GET", f"/deployments/{app}", user=owner).attributes["name"] == "one"


@pytest.mark.parametrize("expecting", [True, False])
def test_change_that_comes_between_is_never_written_over_by_who_names_a_version(
    here: Checked, owner: str, expecting: bool
) -> None:
    app, store = things.deployment(here, owner), wiring.records()
    commit = store.commit

    def later(*writes: object) -> None:
        """Somebody else writes after the version was looked at, and before it is written."""
        store.change(Change(of=store.get(app), attributes={"template_version": "9.9.9"}))
        commit(*writes)

    with mock.patch.object(store, "commit", side_effect=later):
        reply = here.call(
            "PATCH",
            f"/deployments/{app}",
            {"name": "new"},
            user=owner,
            headers={"If-Match": '"1"' if expecting else "*"},
        )

    assert reply.status == (412 if expecting else 200)
    after = here.call("GET", f"/deployments/{app}", user=owner).attributes
    assert after["name"] == ("my app" if expecting else "new")
    assert after["template_version"] == "9.9.9"


def test_record_that_goes_meanwhile_is_not_found(here: Checked, owner: str) -> None:
    app, store = things.deployment(here, owner), wiring.records()
    commit = store.commit

    def later(*writes: object) -> None:
        store.change(Change(of=store.get(app), status="deleted", bury=True))
        commit(*writes)

    with mock.patch.object(store, "commit", side_effect=later):
        reply = here.call("PATCH", f"/deployments/{app}", {"name": "new"}, user=owner)

    assert (reply.status, reply.codes) == (404, ["not_found"])


def test_relationship_of_what_is_set_once_is_refused_with_the_reason(
    here: Checked, owner: str
) -> None:
    app = things.deployment(here, owner)
    template = {"template": {"data": {"type": "templates", "id": "tmpl_x"}}}
    body = {"data": {"type": "deployments", "relationships": template}}

    reply = here.call("PATCH", f"/deployments/{app}", body=json.dumps(body), user=owner)

    assert (reply.status, reply.codes) == (422, ["elsewhere"])
    assert "set when the deployment is made" in reply.body["errors"][0]["detail"]
