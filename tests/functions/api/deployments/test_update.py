"""Changing where the backups of an app lie."""

from __future__ import annotations

from unittest import mock

import pytest

from chalicelib.domain.errors import BucketRefused
from chalicelib.runtime import wiring
from chalicelib.services.counters import use_keys
from tests.functions import things
from tests.functions.checks import Checked
from tests.permissions import unwatched
from tests.world import Reply

POINTER = "/data/attributes/backup_target_id"


def to(here: Checked, owner: str, app: str, target: object) -> Reply:
    return here.call("PATCH", f"/deployments/{app}", {"backup_target_id": target}, user=owner)


def counted(target: str) -> float:
    return sum(wiring.records().counters(use_keys(target)).values())


def test_target_is_shown_counted_and_taken_by_the_backups_that_follow(
    here: Checked, owner: str
) -> None:
    one, other = (things.backup_target(here, owner) for _ in "ab")
    app = things.placed(here, owner)

    assert to(here, owner, app, one).attributes["backup_target_id"] == one
    assert to(here, owner, app, one).status == 200
    assert (counted(one), counted(other)) == (1, 0)
    backup = here.call("POST", f"/deployments/{app}/backups", user=owner)
    assert to(here, owner, app, other).status == 200

    assert here.call("GET", f"/backups/{backup.id}", user=owner).attributes["target_id"] == one
    assert (counted(one), counted(other)) == (1, 1)
    assert to(here, owner, app, None).attributes["backup_target_id"] is None
    assert (counted(one), counted(other)) == (1, 0)


@pytest.mark.parametrize("kind", ["nobody's", "a stranger's", "deleted", "no target", "no text"])
def test_target_that_is_not_ones_own_is_none(
    here: Checked, owner: str, stranger: str, kind: str
) -> None:
    app = things.placed(here, owner)
    given: object = {
        "nobody's": lambda: "bkt_0000000000000000",
        "a stranger's": lambda: things.backup_target(here, stranger),
        "deleted": lambda: things.backup_target(here, owner),
        "no target": lambda: things.registry_credential(here, owner),
        "no text": lambda: 7,
    }[kind]()
    if kind == "deleted":
        assert here.call("DELETE", f"/backup_targets/{given}", user=owner).status == 204

    reply = to(here, owner, app, given)

    assert reply.status == 422
    assert [one["source"]["pointer"] for one in reply.body["errors"]] == [POINTER]
    shown = here.call("GET", f"/deployments/{app}", user=owner).attributes
    assert shown["backup_target_id"] is None


def test_target_that_takes_no_backups_is_refused_with_its_reason(here: Checked, owner: str) -> None:
    target, app = things.backup_target(here, owner), things.placed(here, owner)
    bucket = things.put(target).attributes["bucket"]
    here.world.buckets.refusals = {bucket: BucketRefused("The key may not write there.")}
    here.call("POST", f"/backup_targets/{target}/check", user=owner)

    reply = to(here, owner, app, target)

    assert (reply.status, reply.codes) == (422, ["target_invalid"])
    assert "The key may not write there." in reply.body["errors"][0]["detail"]
    assert counted(target) == 0


def test_two_changes_at_the_same_moment_are_counted_right(here: Checked, owner: str) -> None:
    one, other = (things.backup_target(here, owner) for _ in "ab")
    app, store = things.placed(here, owner), wiring.records()
    commit, done = store.commit, []

    def later(*writes: object) -> None:
        if not done:
            done.append(True)
            with unwatched():
                assert to(here, owner, app, other).status == 200
        commit(*writes)

    with mock.patch.object(store, "commit", side_effect=later):
        reply = to(here, owner, app, one)

    assert reply.attributes["backup_target_id"] == one
    assert (counted(one), counted(other)) == (1, 0)


def test_target_that_goes_at_the_same_moment_is_not_named(here: Checked, owner: str) -> None:
    target, app = things.backup_target(here, owner), things.placed(here, owner)
    store = wiring.records()
    commit, done = store.commit, []

    def later(*writes: object) -> None:
        if not done:
            done.append(True)
            with unwatched():
                gone = here.call("DELETE", f"/backup_targets/{target}", user=owner)
                assert gone.status == 204
        commit(*writes)

    with mock.patch.object(store, "commit", side_effect=later):
        reply = to(here, owner, app, target)

    assert (reply.status, reply.codes) == (422, ["not_found"])
    assert counted(target) == 0


def test_app_that_is_being_deleted_begins_to_use_nothing(here: Checked, owner: str) -> None:
    target, app = things.backup_target(here, owner), things.placed(here, owner)
    things.put(app, status="deleting")

    reply = to(here, owner, app, target)

    assert (reply.status, reply.codes) == (409, ["wrong_state"])
    assert here.call("PATCH", f"/deployments/{app}", {"name": "x"}, user=owner).status == 200
