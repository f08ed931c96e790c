"""Deleting buckets for backups: not while an app or a backup needs them, at the same moment too."""

from __future__ import annotations

from unittest import mock

from chalicelib.runtime import wiring
from chalicelib.services.counters import total_key, use_keys
from tests.functions import things
from tests.functions.checks import Checked
from tests.permissions import unwatched
from tests.world import Reply


def path_of(record_id: str) -> str:
    return f"/backup_targets/{record_id}"


def backed_up_to(here: Checked, owner: str, target: str | None, app: str) -> Reply:
    return here.call("PATCH", f"/deployments/{app}", {"backup_target_id": target}, user=owner)


def counted(target: str) -> float:
    return sum(wiring.records().counters(use_keys(target)).values())


def test_deleted_target_is_gone_with_its_secret(here: Checked, owner: str) -> None:
    target = things.backup_target(here, owner)

    assert here.call("DELETE", path_of(target), user=owner).status == 204

    assert here.call("GET", path_of(target), user=owner).status == 404
    record = wiring.records().get(target)
    assert record is not None
    assert (record.status, record.sealed) == ("deleted", {})
    assert wiring.records().counter(total_key("backup_targets", owner)) == 0


def test_what_uses_it_is_named_with_what_to_do(here: Checked, owner: str) -> None:
    target = things.backup_target(here, owner)
    app = things.deployment(here, owner, name="my shop")
    assert backed_up_to(here, owner, target, app).status == 200
    backups = [things.backup_in(here, owner, target) for _ in "ab"]

    reply = here.call("DELETE", path_of(target), user=owner)

    assert (reply.status, reply.codes) == (409, ["target_in_use"])
    [error] = reply.body["errors"]
    assert "the apps my shop are backed up to it and 2 backups lie there" in error["detail"]
    assert error["meta"] == {"apps": 1, "backups": 2}
    assert backed_up_to(here, owner, None, app).status == 200
    for backup in backups:
        assert here.call("DELETE", f"/backups/{backup}?forget=true", user=owner).status == 204
    assert counted(target) == 0
    assert here.call("DELETE", path_of(target), user=owner).status == 204


def test_app_that_goes_lets_its_target_go(here: Checked, owner: str) -> None:
    target = things.backup_target(here, owner)
    app = things.deployment(here, owner)
    backed_up_to(here, owner, target, app)

    things.remove(app)

    assert counted(target) == 0
    assert here.call("DELETE", path_of(target), user=owner).status == 204


def test_backup_that_begins_between_look_and_write_keeps_its_target(
    here: Checked, owner: str
) -> None:
    target, app = things.backup_target(here, owner), things.placed(here, owner)
    assert backed_up_to(here, owner, target, app).status == 200
    store = wiring.records()
    commit, begun = store.commit, []

    def later(*writes: object) -> None:
        if not begun and any(getattr(write, "bury", False) for write in writes):
            begun.append(None)
            with unwatched():
                begun.append(here.call("POST", f"/deployments/{app}/backups", user=owner).id)
                backed_up_to(here, owner, None, app)
        commit(*writes)

    with mock.patch.object(store, "commit", side_effect=later):
        reply = here.call("DELETE", path_of(target), user=owner)

    assert (reply.status, reply.codes) == (409, ["target_in_use"])
    shown = here.call("GET", f"/backups/{begun[-1]}", user=owner).attributes
    assert shown["target_id"] == target
    assert counted(target) == 1


def test_target_that_goes_as_a_backup_begins_leaves_no_backup_without_it(
    here: Checked, owner: str
) -> None:
    target, app = things.backup_target(here, owner), things.placed(here, owner)
    backed_up_to(here, owner, target, app)
    store = wiring.records()
    commit, done = store.commit, []

    def later(*writes: object) -> None:
        if not done and any(getattr(write, "key", "").startswith("uses#") for write in writes):
            done.append(True)
            with unwatched():
                backed_up_to(here, owner, None, app)
                assert here.call("DELETE", path_of(target), user=owner).status == 204
        commit(*writes)

    with mock.patch.object(store, "commit", side_effect=later):
        reply = here.call("POST", f"/deployments/{app}/backups", user=owner)

    assert done
    assert (reply.status, reply.codes) == (409, ["work_in_progress"])
    assert here.call("GET", f"/backups?filter[deployment_id]={app}", user=owner).body["data"] == []
    assert counted(target) == 0


def test_stranger_does_not_find_it(here: Checked, owner: str, stranger: str) -> None:
    target = things.backup_target(here, owner)

    assert here.call("DELETE", path_of(target), user=stranger).status == 404
