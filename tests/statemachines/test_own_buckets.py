"""Backups in buckets of people's own: made and brought back there, and what a refusal does."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from chalicelib.domain.errors import BucketRefused, Unavailable
from chalicelib.runtime import wiring
from tests.factories import settled
from tests.functions import things
from tests.functions.checks import TOKEN
from tests.statemachines.test_backup import (
    BACKUP,
    UNDONE,
    backed_up,
    by_schedule,
    drilled,
    held,
    restored,
)
from tests.statemachines.test_failures import stepped, until
from tests.statemachines.test_restart import app, told, up
from tests.world import World

__all__ = ["app"]

REFUSED = BucketRefused("The key may not write there. Allow it.", code="bucket_access_denied")
AWAY = Unavailable("s3.example.com gave no answer.", code="bucket_unanswered")
UP = {"db": "running", "web": "running"}


@pytest.fixture
def target(here: World, app: str) -> str:
    """The bucket that the app is backed up to from now on."""
    made = here.call("POST", "/backup_targets", things.target_attributes(bucket="mine")).id
    assert named(here, app, made) == 200
    return made


def named(here: World, app: str, target: str | None) -> int:
    return here.call("PATCH", f"/deployments/{app}", {"backup_target_id": target}).status


def refuses(here: World, error: BucketRefused | Unavailable | None = REFUSED) -> None:
    here.buckets.refusals = {"mine": error} if error else {}


def shown(here: World, target: str) -> dict[str, Any]:
    found: dict[str, Any] = here.call("GET", f"/backup_targets/{target}").attributes
    return found


def in_the_house() -> list[Any]:
    return boto3.client("s3").list_objects_v2(Bucket="test-archives").get("Contents", [])


def test_backup_lies_in_the_bucket_and_comes_back_whatever_the_app_names_then(
    here: World, app: str, target: str
) -> None:
    here.node.volumes.data[app, "data"] = ["a row"]
    backup = backed_up(here, app)
    assert (backup.attributes["status"], backup.attributes["target_id"]) == ("complete", target)
    [(key, (content, _))] = here.buckets.objects.items()
    assert key == f"mine/hoster/{app}/{backup.id}/data.tar.gz.enc"
    assert json.loads(content) == ["a row"]
    assert in_the_house() == []
    assert (stepped(here), up(here, app)) == (BACKUP, UP)
    assert named(here, app, None) == 200
    here.node.volumes.data[app, "data"] = ["spoilt"]

    after = restored(here, app, backup.id)

    assert (after["status"], after["error_code"]) == ("running", None)
    assert "spoilt" not in held(here, app)
    assert held(here, app)[0] == "a row"
    assert backed_up(here, app).attributes["target_id"] is None
    assert len(in_the_house()) == 1
    assert here.call("DELETE", f"/backups/{backup.id}").status == 204
    assert here.buckets.objects == {}
    assert here.call("DELETE", f"/backup_targets/{target}").status == 204


def test_new_apps_and_drills_have_their_data_from_there(here: World, app: str, target: str) -> None:
    here.node.volumes.data[app, "data"] = ["a row"]
    backup = backed_up(here, app).id
    node = wiring.records().get(app).node  # type: ignore[union-attr]

    made = here.call("POST", f"/backups/{backup}/deploy", {"name": "again", "node_id": node})
    assert settled(here, "deployments", made.id)["status"] == "running"

    assert held(here, made.id)[0] == "a row"
    assert here.call("GET", f"/deployments/{made.id}").attributes["backup_target_id"] is None
    assert drilled(here, backup)["status"] == "passed"
    assert here.call("DELETE", f"/backup_targets/{target}").codes == ["target_in_use"]


def test_server_gets_links_and_never_the_key(here: World, app: str, target: str) -> None:
    seen: list[Any] = []
    archives = here.node.volume_archives
    here.before = {"CheckArchives": lambda: seen.extend(archives.going.values())}

    assert backed_up(here, app).attributes["target_id"] == target

    [(outgoing,)] = seen
    assert outgoing.ways == ("mine.test:443:203.0.113.80",)
    assert TOKEN not in str(vars(outgoing))
    runs = boto3.client("stepfunctions")
    machine = "arn:aws:states:us-east-1:123456789012:stateMachine:test-backup"
    [run] = runs.list_executions(stateMachineArn=machine)["executions"]
    history = json.dumps(runs.get_execution_history(executionArn=run["executionArn"]), default=str)
    assert TOKEN not in history


@pytest.mark.parametrize("step", ["OpenArchives", "SendVolumes", "CheckArchives"])
def test_refusal_in_each_step_ends_the_backup_with_its_reason_and_the_app_up(
    here: World, app: str, target: str, step: str
) -> None:
    here.before = {step: lambda: refuses(here)}

    known = backed_up(here, app).attributes

    assert (known["status"], known["error_code"]) == ("failed", "bucket_access_denied")
    assert known["error_message"] == REFUSED.detail
    assert known["archives"] == []
    assert stepped(here) == [*until(BACKUP, step), *UNDONE]
    assert up(here, app) == UP
    assert here.call("GET", f"/deployments/{app}").attributes["status"] == "running"
    assert told(app)[-1] == "backup_failed"
    marked = shown(here, target)
    assert (marked["status"], marked["error_code"]) == ("invalid", "bucket_access_denied")
    assert marked["error_message"] == REFUSED.detail
    names = [one.name for one in wiring.records().journal(target, limit=9)]
    assert names.count("target_refused") == 1


def at_the_next_look(here: World, then: Callable[[], None]) -> None:
    """Have something happen while a server sends or fetches, and have that break off after it."""

    def looked(_left: int) -> int:
        then()
        return 0

    here.node.volume_archives.looks, here.node.volume_archives.bytes_of = 1, looked
    said = "curl: (22) The requested URL returned error: 403"
    here.node.volume_archives.breaks = [f"send:{said}", f"fetch:{said}"]


@pytest.mark.parametrize("error", [REFUSED, AWAY, None], ids=["refused", "away", "all right"])
def test_server_that_is_refused_at_a_link_has_the_bucket_asked_why(
    here: World, app: str, target: str, error: BucketRefused | Unavailable | None
) -> None:
    at_the_next_look(here, lambda: refuses(here, error))

    known = backed_up(here, app).attributes

    by_bucket = error is REFUSED
    assert known["error_code"] == ("bucket_access_denied" if by_bucket else "command_failed")
    assert (REFUSED.detail if by_bucket else "error: 403") in known["error_message"]
    assert shown(here, target)["status"] == ("invalid" if by_bucket else "unchecked")
    assert up(here, app) == UP


def test_so_is_one_that_fetches(here: World, app: str, target: str) -> None:
    backup = backed_up(here, app).id
    here.node.volumes.data[app, "data"] = ["of today"]
    at_the_next_look(here, lambda: refuses(here))

    after = restored(here, app, backup)

    assert (after["status"], after["error_code"]) == ("running", "bucket_access_denied")
    assert held(here, app) == ["of today"]
    assert shown(here, target)["status"] == "invalid"


def test_bucket_that_is_away_fails_the_backup_and_not_the_app_and_says_nothing_of_the_target(
    here: World, app: str, target: str
) -> None:
    here.before = {"CheckArchives": lambda: refuses(here, AWAY)}

    known = backed_up(here, app).attributes

    assert (known["status"], known["error_code"]) == ("failed", "bucket_unanswered")
    assert up(here, app) == UP
    assert shown(here, target)["status"] == "unchecked"


def test_what_an_undo_could_not_reach_goes_with_the_failed_backup(
    here: World, app: str, target: str
) -> None:
    here.before = {"CheckArchives": lambda: refuses(here, AWAY)}
    backup = backed_up(here, app)
    assert len(here.buckets.uploads) == 1
    assert here.call("DELETE", f"/backups/{backup.id}").status == 503
    refuses(here, None)

    assert here.call("DELETE", f"/backups/{backup.id}").status == 204

    assert (here.buckets.uploads, here.buckets.objects) == ({}, {})
    assert named(here, app, None) == 200
    assert here.call("DELETE", f"/backup_targets/{target}").status == 204


def test_nothing_is_sent_to_a_bucket_that_is_known_to_refuse_until_it_was_checked(
    here: World, app: str, target: str
) -> None:
    refuses(here)
    assert here.call("POST", f"/backup_targets/{target}/check").status == 422
    refuses(here, None)

    by_schedule(here, app)

    [known] = here.call("GET", f"/backups?filter[deployment_id]={app}").body["data"]
    assert known["attributes"]["error_code"] == "bucket_access_denied"
    assert "check the backup target my bucket again" in known["attributes"]["error_message"]
    assert stepped(here) == ["OpenArchives", *UNDONE]
    [entry] = wiring.records().journal(app, limit=1, names=("backup_failed",))
    assert entry.data["reason"] == "schedule"
    assert REFUSED.detail in entry.data["detail"]
    assert here.call("POST", f"/backup_targets/{target}/check").status == 200
    assert backed_up(here, app).attributes["status"] == "complete"


def test_key_that_is_replaced_meanwhile_is_used_from_then_on(
    here: World, app: str, target: str
) -> None:
    keys: list[str] = []
    bucket = here.buckets.bucket
    here.buckets.bucket = lambda access: keys.append(access.secret) or bucket(access)  # type: ignore[method-assign,func-returns-value]

    def replaced() -> None:
        given = {"secret_access_key": "another-never-shown-secret"}
        assert here.call("PATCH", f"/backup_targets/{target}", given).status == 200
        assert here.call("DELETE", f"/backup_targets/{target}").codes == ["target_in_use"]

    here.before = {"CheckArchives": replaced}

    assert backed_up(here, app).attributes["status"] == "complete"

    assert (keys[0], keys[-1]) == (TOKEN, "another-never-shown-secret")
    assert shown(here, target)["status"] == "unchecked"


def test_key_that_is_replaced_as_the_old_one_is_refused_is_not_marked(
    here: World, app: str, target: str
) -> None:
    bucket = here.buckets.bucket

    def replaced(access: Any) -> Any:
        if here.buckets.refusals and access.secret == TOKEN:
            given = {"secret_access_key": "another-never-shown-secret"}
            assert here.call("PATCH", f"/backup_targets/{target}", given).status == 200
        return bucket(access)

    here.buckets.bucket = replaced  # type: ignore[method-assign]
    here.before = {"OpenArchives": lambda: refuses(here)}

    assert backed_up(here, app).attributes["error_code"] == "bucket_access_denied"
    assert shown(here, target)["status"] == "unchecked"


@pytest.mark.parametrize("error", [REFUSED, AWAY], ids=["refused", "away"])
def test_restore_from_a_bucket_that_gives_nothing_leaves_the_app_as_it_is(
    here: World, app: str, target: str, error: BucketRefused | Unavailable
) -> None:
    backup = backed_up(here, app).id
    here.node.volumes.data[app, "data"] = ["of today"]
    refuses(here, error)

    after = restored(here, app, backup)

    assert (after["status"], after["error_code"]) == ("running", error.error_code)
    assert held(here, app) == ["of today"]
    assert up(here, app) == UP
    assert told(app)[-1] == "restore_undone"
    assert shown(here, target)["status"] == ("invalid" if error is REFUSED else "unchecked")


def test_old_ones_that_a_bucket_keeps_do_not_fail_the_newer_one(
    here: World, app: str, target: str
) -> None:
    by_schedule(here, app)
    here.before = {"FinishBackup": lambda: refuses(here)}

    by_schedule(here, app)

    listed = here.call("GET", f"/backups?filter[deployment_id]={app}").body["data"]
    assert [one["attributes"]["status"] for one in listed] == ["complete", "complete"]
    assert shown(here, target)["status"] == "invalid"
    assert up(here, app) == UP
