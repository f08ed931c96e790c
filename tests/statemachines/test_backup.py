"""Backups of apps and their restores: every outcome as the list of states entered."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from chalicelib.domain.errors import HostUnreachable
from chalicelib.runtime import wiring
from functions.schedules import resume_work
from tests.factories import gone, settled
from tests.fakes.volumes import KILLED
from tests.functions import things
from tests.statemachines.deploys import hosts, items, start
from tests.statemachines.test_failures import FOR_GOOD, stepped, until
from tests.statemachines.test_restart import HOST, app, told, up
from tests.world import World

__all__ = ["app"]

BACKUP = [
    "OpenArchives",
    "SendDumps",
    "StopServices",
    "SendVolumes",
    "ResumeApp",
    "CheckArchives",
    "FinishBackup",
]
RESTORE = [
    "PlaceDeployment",
    "PrepareNode",
    "PullImages",
    "FetchArchives",
    "SwapVolumes",
    "LoadDumps",
    "StartServices",
    "AwaitHealthy",
    "PublishRoute",
    "ConfirmRoute",
    "FinishRestore",
]
UNDONE = ["UndoBackup", "EndBackup"]
PUT_BACK = ["UndoRestore", "EndRestore"]


def held(here: World, app: str) -> list[str]:
    return here.node.volumes.data[app, "data"]


def backed_up(here: World, app: str) -> Any:
    answer = here.call("POST", f"/deployments/{app}/backups")
    assert answer.status == 202, answer.body
    settled(here, "deployments", app)
    return here.call("GET", f"/backups/{answer.id}")


def restored(here: World, app: str, backup: str) -> dict[str, Any]:
    given = {"backup_id": backup}
    answer = here.call("POST", f"/deployments/{app}/restore", given)
    assert answer.status == 200, answer.body
    return settled(here, "deployments", app)


def objects() -> dict[str, bytes]:
    s3 = boto3.client("s3")
    found = s3.list_objects_v2(Bucket="test-archives").get("Contents", [])
    return {
        one["Key"]: s3.get_object(Bucket="test-archives", Key=one["Key"])["Body"].read()
        for one in found
    }


def uploads() -> list[Any]:
    return boto3.client("s3").list_multipart_uploads(Bucket="test-archives").get("Uploads", [])


def test_backup_stops_the_app_sends_its_volumes_and_starts_it_again(here: World, app: str) -> None:
    here.node.volumes.data[app, "data"] = ["a row"]
    paid = len(items("money"))

    backup = backed_up(here, app)

    known = backup.attributes
    assert (known["status"], known["error_code"], known["deployment_id"]) == ("complete", None, app)
    [archive] = known["archives"]
    assert archive["volume"] == "data"
    assert list(objects().values()) == [json.dumps(["a row"]).encode()]
    assert known["bytes"] == archive["bytes"] == len(json.dumps(["a row"]))
    assert known["away_seconds"] >= 0
    assert stepped(here) == BACKUP
    assert here.node.volumes.clashes == []
    assert up(here, app) == {"db": "running", "web": "running"}
    assert here.call("GET", f"/deployments/{app}").attributes["status"] == "running"
    assert told(app)[-2:] == ["backup_begun", "backed_up"]
    assert len(items("money")) == paid
    story = here.call("GET", f"/deployments/{app}/timeline").attributes
    assert (story["kind"], story["state"]) == ("backup", "done")
    listed = here.call("GET", f"/backups?filter[deployment_id]={app}").body["data"]
    assert [one["id"] for one in listed] == [backup.id]


def test_nothing_that_opens_an_archive_is_shown_or_handed_to_the_machine(
    here: World, app: str
) -> None:
    backup = backed_up(here, app)
    record = wiring.records().get(backup.id)
    assert record is not None
    passphrase = wiring.seal().open(
        record.sealed["passphrase"], record=record.id, field="passphrase"
    )

    runs = boto3.client("stepfunctions")
    machine = "arn:aws:states:us-east-1:123456789012:stateMachine:test-backup"
    [run] = runs.list_executions(stateMachineArn=machine)["executions"]
    history = json.dumps(runs.get_execution_history(executionArn=run["executionArn"]), default=str)

    assert len(passphrase) == 64
    assert passphrase not in history
    assert "X-Amz-Signature" not in history
    assert passphrase not in json.dumps(backup.body)
    assert "upload" not in json.dumps(backup.body)


@pytest.mark.parametrize("status", ["stopped", "failed"])
def test_app_that_does_not_run_is_saved_as_it_lies(here: World, app: str, status: str) -> None:
    here.node.engine.stop(app)
    things.put(app, status=status, attributes={"error_code": "unhealthy", "error_message": "Why."})

    backup = backed_up(here, app)

    after = here.call("GET", f"/deployments/{app}").attributes
    assert backup.attributes["status"] == "complete"
    assert backup.attributes["away_seconds"] is None
    assert (after["status"], after["error_code"]) == (status, "unhealthy")
    assert set(up(here, app).values()) == {"exited"}


def test_killed_functions_are_tried_again(here: World, app: str) -> None:
    here.kills = dict.fromkeys(BACKUP, 1)

    assert backed_up(here, app).attributes["status"] == "complete"
    assert up(here, app) == {"db": "running", "web": "running"}


@pytest.mark.parametrize("step", BACKUP)
def test_step_that_dies_for_good_fails_the_backup_and_leaves_the_app_up(
    here: World, app: str, step: str
) -> None:
    here.kills = {step: FOR_GOOD}

    backup = backed_up(here, app)

    assert (backup.attributes["status"], backup.attributes["error_code"]) == (
        "failed",
        "step_crashed",
    )
    assert stepped(here) == [*until(BACKUP, step), *UNDONE]
    assert here.call("GET", f"/deployments/{app}").attributes["status"] == "running"
    assert up(here, app) == {"db": "running", "web": "running"}
    assert hosts() == {HOST: "running"}
    assert (objects(), uploads()) == ({}, [])
    assert here.node.volumes.clashes == []
    story = here.call("GET", f"/deployments/{app}/timeline").attributes
    assert (story["kind"], story["state"]) == ("backup", "failed")


def test_bucket_that_has_something_else_is_no_success(here: World, app: str) -> None:
    def spoil() -> None:
        [one] = uploads()
        boto3.client("s3").upload_part(
            Bucket="test-archives",
            Key=one["Key"],
            UploadId=one["UploadId"],
            PartNumber=1,
            Body=b"something else",
        )

    here.before = {"CheckArchives": spoil}

    known = backed_up(here, app).attributes

    assert (known["status"], known["error_code"]) == ("failed", "archive_damaged")
    assert known["archives"] == []
    assert up(here, app) == {"db": "running", "web": "running"}
    assert objects() == {}


def test_sending_that_fails_says_why_and_one_that_was_killed_begins_again(
    here: World, app: str
) -> None:
    here.node.volume_archives.breaks = [f"send:{KILLED}"]
    assert backed_up(here, app).attributes["status"] == "complete"
    here.node.volume_archives.breaks = ["send:curl: (6) Could not resolve host"]

    known = backed_up(here, app).attributes

    assert (known["status"], known["error_code"]) == ("failed", "command_failed")
    assert "Could not resolve host" in known["error_message"]
    assert up(here, app) == {"db": "running", "web": "running"}


def test_sending_goes_on_for_hours_with_other_links_as_long_as_bytes_arrive(
    here: World, app: str
) -> None:
    def arrived(left: int) -> int:
        """Twenty minutes pass with each look, in which something arrives."""
        here.skew += 1200
        return 10_000_000 * (12 - left)

    archives = here.node.volume_archives
    archives.looks, archives.bytes_of = 12, arrived

    assert backed_up(here, app).attributes["status"] == "complete"
    assert here.skew == 12 * 1200
    assert archives.renewals == 6
    assert up(here, app) == {"db": "running", "web": "running"}


def test_sending_of_which_nothing_arrives_any_more_ends(here: World, app: str) -> None:
    def stuck(_left: int) -> int:
        here.skew += 1200
        return 10_000_000

    here.node.volume_archives.looks, here.node.volume_archives.bytes_of = 12, stuck

    known = backed_up(here, app).attributes

    assert (known["status"], known["error_code"]) == ("failed", "deadline_passed")
    assert "9 MB are sent. This took longer than 1800 s." in known["error_message"]
    assert up(here, app) == {"db": "running", "web": "running"}


def by_schedule(here: World, app: str) -> None:
    """Make one backup by schedule, of which one is kept."""
    daily = {"every": "day", "hour": 3}
    marks = {"backup_schedule": daily, "backup_keep": 1, "backup_due_at": wiring.now()}
    things.put(app, attributes=marks)
    resume_work.handler({}, None)
    settled(here, "deployments", app)


def test_old_backups_of_a_schedule_go_once_a_newer_one_is_complete(here: World, app: str) -> None:
    def kept() -> list[tuple[str, str]]:
        listed = here.call("GET", f"/backups?filter[deployment_id]={app}").body["data"]
        return [(one["attributes"]["trigger"], one["attributes"]["status"]) for one in listed]

    def entries() -> list[str]:
        return [one.name for shard in range(2) for one in wiring.records().untold(shard, limit=99)]

    backed_up(here, app)
    by_schedule(here, app)
    here.node.volume_archives.breaks = ["send:curl: (6) Could not resolve host"] * 2
    by_schedule(here, app)
    assert kept() == [("schedule", "failed"), ("schedule", "complete"), ("hand", "complete")]
    assert entries().count("backup_failed") == 1
    by_schedule(here, app)
    assert kept() == [("schedule", "failed"), ("schedule", "complete"), ("hand", "complete")]
    before = set(objects())

    by_schedule(here, app)

    assert kept() == [("schedule", "complete"), ("schedule", "failed"), ("hand", "complete")]
    assert len(objects()) == 2
    assert len(before & set(objects())) == 1


def test_app_without_volumes_has_nothing_to_back_up(here: World, app: str) -> None:
    here.node.volumes.mb = {"data": 10}
    known = wiring.records().get(app)
    assert known is not None
    snapshot = dict(known.attributes["snapshot"])
    compose = "services: {web: {image: 'nginx:alpine', ports: ['80']}}"
    things.put(app, attributes={"snapshot": {**snapshot, "compose_spec": compose}})

    known = backed_up(here, app).attributes

    assert (known["status"], known["error_code"]) == ("failed", "nothing_to_back_up")


def test_full_disk_is_told_before_anything_is_stopped(here: World, app: str) -> None:
    here.node.volumes.free = 100

    known = backed_up(here, app).attributes

    assert known["error_code"] == "disk_full"
    assert "StopServices" not in stepped(here)


def test_backup_is_refused_where_there_is_no_data_or_something_is_half_done(
    here: World, app: str
) -> None:
    new = here.call(
        "POST",
        "/deployments",
        {"name": "new", "template_id": wiring.records().get(app).attributes["template_id"]},  # type: ignore[union-attr]
    ).id
    assert here.call("POST", f"/deployments/{new}/backups").codes == ["wrong_state"]
    things.put(app, status="failed", attributes={"next": {"how": None}})
    assert here.call("POST", f"/deployments/{app}/backups").codes == ["data_not_put_back"]


def test_cancelled_backup_leaves_nothing_in_the_bucket(here: World, app: str) -> None:
    def cancel() -> None:
        assert here.call("POST", f"/deployments/{app}/cancel").status == 200

    here.before = {"SendVolumes": cancel}

    known = backed_up(here, app).attributes

    assert (known["status"], known["error_code"]) == ("failed", "cancelled")
    assert (objects(), uploads()) == ({}, [])
    assert up(here, app) == {"db": "running", "web": "running"}
    assert told(app)[-1] == "backup_cancelled"


def test_server_that_goes_away_fails_the_backup_with_the_app(here: World, app: str) -> None:
    here.node.fails["sending_state"] = [HostUnreachable("away")] * 50
    here.node.fails["clear"] = [HostUnreachable("away")] * 50

    known = backed_up(here, app).attributes

    assert known["status"] == "failed"
    assert here.call("GET", f"/deployments/{app}").attributes["status"] == "failed"


def test_restore_brings_the_data_back_in_place(here: World, app: str) -> None:
    here.node.volumes.data[app, "data"] = ["a row"]
    backup = backed_up(here, app).id
    here.node.volumes.data[app, "data"] = ["spoilt"]

    after = restored(here, app, backup)

    assert (after["status"], after["error_code"]) == ("running", None)
    assert set(stepped(here)) == {*BACKUP, *RESTORE}
    assert held(here, app)[0] == "a row"
    assert "spoilt" not in held(here, app)
    assert here.node.volume_archives.before == {}
    assert here.node.volumes.clashes == []
    assert hosts() == {HOST: "running"}
    assert {"running", "restored"} == set(told(app)[-2:])
    assert wiring.records().get(app).attributes["restoring"] is None  # type: ignore[union-attr]


@pytest.mark.parametrize("status", ["stopped", "failed"])
def test_restore_of_an_app_that_does_not_run_starts_it(here: World, app: str, status: str) -> None:
    here.node.volumes.data[app, "data"] = ["a row"]
    backup = backed_up(here, app).id
    here.node.engine.stop(app)
    things.put(app, status=status)
    here.node.volumes.data[app, "data"] = ["spoilt"]

    after = restored(here, app, backup)

    assert after["status"] == "running"
    assert held(here, app)[0] == "a row"


@pytest.mark.parametrize("step", RESTORE)
def test_restore_that_breaks_off_puts_the_data_back_and_the_app_runs(
    here: World, app: str, step: str
) -> None:
    here.node.volumes.data[app, "data"] = ["a row"]
    backup = backed_up(here, app).id
    here.node.volumes.data[app, "data"] = ["of today"]
    here.kills = {step: FOR_GOOD}

    after = restored(here, app, backup)

    assert (after["status"], after["error_code"]) == ("running", "step_crashed")
    assert held(here, app)[0] == "of today"
    assert up(here, app) == {"db": "running", "web": "running"}
    assert hosts() == {HOST: "running"}
    assert here.node.volumes.clashes == []
    assert told(app)[-1] == "restore_undone"


def test_archive_that_is_damaged_never_comes_near_the_data(here: World, app: str) -> None:
    here.node.volumes.data[app, "data"] = ["a row"]
    backup = backed_up(here, app).id
    [key] = objects()
    boto3.client("s3").put_object(Bucket="test-archives", Key=key, Body=b"spoilt")
    here.node.volumes.data[app, "data"] = ["of today"]
    here.node.engine.started.clear()

    after = restored(here, app, backup)

    assert (after["status"], after["error_code"]) == ("running", "command_failed")
    assert "is not what was stored" in after["error_message"]
    assert held(here, app) == ["of today"]
    assert here.node.engine.started == []


def test_restored_app_that_does_not_get_healthy_is_put_back(here: World, app: str) -> None:
    here.node.volumes.data[app, "data"] = ["a row"]
    backup = backed_up(here, app).id
    here.node.engine.stop(app)
    things.put(app, status="stopped")
    here.node.volumes.data[app, "data"] = ["of today"]
    here.node.engine.behaviour["web"] = {"status": "exited", "exit_code": 3}

    after = restored(here, app, backup)

    assert (after["status"], after["error_code"]) == ("failed", "container_exited")
    assert held(here, app)[0] == "of today"
    here.node.engine.behaviour.clear()
    assert start(here, app)["status"] == "running"
    assert held(here, app)[0] == "of today"


def test_backup_becomes_a_new_app_with_the_same_values_on_another_server(
    here: World, app: str
) -> None:
    here.node.volumes.data[app, "data"] = ["a row"]
    backup = backed_up(here, app).id
    key = here.call("POST", "/ssh_keys", {"name": "k", "private_key": things.a_private_key()})
    other = things.node("user-a")
    at = {"ssh_key_id": key.id, "host_key": here.node.host_key, "address": "10.77.0.10"}
    things.put(other, attributes=at)
    things.put(app, status="deleted")

    made = here.call("POST", f"/backups/{backup}/deploy", {"name": "again", "node_id": other})
    after = settled(here, "deployments", made.id)

    assert made.status == 201, made.body
    assert (after["status"], after["node_id"]) == ("running", other)
    assert held(here, made.id)[0] == "a row"
    first, second = (wiring.records().get(one) for one in (app, made.id))
    assert first is not None
    assert second is not None
    assert second.attributes["plain_variables"] == first.attributes["plain_variables"]
    assert second.attributes["secrets"] == first.attributes["secrets"]
    assert here.call("POST", f"/deployments/{made.id}/stop").status == 200
    settled(here, "deployments", made.id)
    assert start(here, made.id)["status"] == "running"
    assert wiring.records().timeline(made.id, 3).kind == "deploy"  # type: ignore[union-attr]


def drilled(here: World, backup: str) -> Any:
    """Try a backup; returns it once its app has gone."""
    assert here.call("POST", f"/backups/{backup}/drill").status == 202
    made = wiring.records().get(backup)
    assert made is not None
    app = made.attributes["drill_app"]
    settled(here, "deployments", app)
    here.skew += 100
    resume_work.handler({}, None)
    assert gone(here, "deployments", app)
    here.skew += 200
    resume_work.handler({}, None)
    return here.call("GET", f"/backups/{backup}").attributes["drill"]


def test_drill_gets_an_app_healthy_with_the_data_and_leaves_nothing(here: World, app: str) -> None:
    here.node.volumes.data[app, "data"] = ["a row", "another"]
    backup = backed_up(here, app).id
    money, apps = len(items("money")), here.call("GET", "/deployments").body["meta"]["total"]

    drill = drilled(here, backup)

    assert (drill["status"], drill["reason"]) == ("passed", None)
    assert drill["files"] == 2
    assert 0 < drill["healthy_seconds"] < 60
    assert len(items("money")) == money
    assert here.call("GET", "/deployments").body["meta"]["total"] == apps
    assert {one.partition("/")[0] for one in here.node.engine.volumes} == {app}
    assert up(here, app) == {"db": "running", "web": "running"}
    assert here.call("DELETE", f"/backups/{backup}").status == 204


def test_drill_of_data_that_does_not_come_back_whole_fails_with_the_reason(
    here: World, app: str
) -> None:
    here.node.volumes.data[app, "data"] = ["a row", "another"]
    backup = backed_up(here, app).id
    here.node.volume_archives.lost = 1

    drill = drilled(here, backup)

    assert drill["status"] == "failed"
    assert "2 files were saved and 1 came back" in drill["reason"]
    assert {one.partition("/")[0] for one in here.node.engine.volumes} == {app}


def test_new_app_whose_data_does_not_come_never_starts_without_it(here: World, app: str) -> None:
    here.node.volumes.data[app, "data"] = ["a row"]
    backup = backed_up(here, app).id
    node = wiring.records().get(app).node  # type: ignore[union-attr]
    here.node.volume_archives.breaks = ["fetch:curl: (22) The requested URL returned error: 403"]

    made = here.call("POST", f"/backups/{backup}/deploy", {"name": "again", "node_id": node})
    failed = settled(here, "deployments", made.id)
    again = start(here, made.id)

    assert (failed["status"], failed["error_code"]) == ("failed", "command_failed")
    assert again["status"] == "running"
    assert held(here, made.id)[0] == "a row"


def test_restore_is_refused_with_what_is_no_backup_of_this_app(here: World, app: str) -> None:
    backup = backed_up(here, app).id
    ask = f"/deployments/{app}/restore"
    things.put(backup, status="failed")
    assert here.call("POST", ask, {"backup_id": backup}).codes == ["backup_incomplete"]
    things.put(backup, status="complete", attributes={"template_id": "tmpl_other"})
    assert here.call("POST", ask, {"backup_id": backup}).codes == ["other_template"]
    assert here.call("POST", ask, {"backup_id": "bkp_0000000000000000"}).codes == ["not_found"]


def test_deleted_backup_takes_its_archives_along(here: World, app: str) -> None:
    backup = backed_up(here, app).id

    assert here.call("DELETE", f"/backups/{backup}").status == 204

    assert objects() == {}
    assert here.call("GET", f"/backups/{backup}").status == 404
    assert here.call("GET", "/backups").body["meta"]["total"] == 0


def test_download_gives_links_and_what_opens_them_once(here: World, app: str) -> None:
    here.node.volumes.data[app, "data"] = ["a row"]
    backup = backed_up(here, app).id

    found = here.call("POST", f"/backups/{backup}/download").attributes

    [one] = found["archives"]
    assert len(found["passphrase"]) == 64
    assert one["file"] == "data.tar.gz.enc"
    assert "openssl enc -d -aes-256-ctr -pbkdf2" in one["opened_by"]
    assert here.node.volume_archives.bucket.fetch(one["url"]) == json.dumps(["a row"]).encode()
