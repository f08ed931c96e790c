"""Deleting backups."""

from __future__ import annotations

import boto3
import pytest

from chalicelib.domain.errors import BucketRefused, ProductError, Unavailable
from chalicelib.runtime import wiring
from chalicelib.services.counters import use_keys
from tests.functions import things
from tests.functions.checks import Checked


def test_backup_goes_with_its_archives(here: Checked, owner: str) -> None:
    backup = things.backup(here, owner)
    record = wiring.records().get(backup)
    assert record is not None
    [upload] = record.attributes["uploads"]
    s3 = boto3.client("s3")
    s3.put_object(Bucket="test-archives", Key=upload["key"], Body=b"data")

    reply = here.call("DELETE", f"/backups/{backup}", user=owner)

    assert reply.status == 204
    assert "Contents" not in s3.list_objects_v2(Bucket="test-archives", Prefix=upload["key"])
    assert here.call("GET", f"/backups/{backup}", user=owner).status == 404


@pytest.mark.parametrize("status", ["pending", "running"])
def test_backup_that_is_being_made_is_not_deleted(here: Checked, owner: str, status: str) -> None:
    backup = things.backup(here, owner)
    things.put(backup, status=status)

    reply = here.call("DELETE", f"/backups/{backup}", user=owner)

    assert (reply.status, reply.codes) == (409, ["wrong_state"])


def test_archives_in_a_bucket_of_ones_own_go_with_the_backup(here: Checked, owner: str) -> None:
    target = things.backup_target(here, owner)
    backup = things.backup_in(here, owner, target)
    things.objects_of(here, backup)

    assert here.call("DELETE", f"/backups/{backup}", user=owner).status == 204

    assert here.world.buckets.objects == {}
    assert sum(wiring.records().counters(use_keys(target)).values()) == 0


@pytest.mark.parametrize(
    ("error", "status", "marked"),
    [
        (BucketRefused("It may not delete.", code="bucket_access_denied"), 422, "invalid"),
        (Unavailable("No answer.", code="bucket_unanswered"), 503, "unchecked"),
    ],
)
def test_backup_that_its_bucket_keeps_can_be_forgotten(
    here: Checked, owner: str, error: ProductError, status: int, marked: str
) -> None:
    target = things.backup_target(here, owner)
    backup = things.backup_in(here, owner, target)
    keys = things.objects_of(here, backup)
    known = things.put(target).attributes
    here.world.buckets.refusals = {known["bucket"]: error}

    refused = here.call("DELETE", f"/backups/{backup}", user=owner)

    assert (refused.status, refused.codes) == (status, [error.error_code])
    assert "?forget=true" in refused.body["errors"][0]["detail"]
    assert here.call("GET", f"/backups/{backup}", user=owner).attributes["status"] == "complete"
    shown = here.call("GET", f"/backup_targets/{target}", user=owner).attributes
    assert shown["status"] == marked

    assert here.call("DELETE", f"/backups/{backup}?forget=true", user=owner).status == 204

    assert here.call("GET", f"/backups/{backup}", user=owner).status == 404
    assert list(here.world.buckets.objects) == keys
    assert sum(wiring.records().counters(use_keys(target)).values()) == 0
    [told] = wiring.records().journal(backup, limit=1)
    place = f"{known['bucket']}/hoster (s3.example.com)"
    assert (told.name, told.data) == ("forgotten", {"place": place})


def test_backup_in_the_house_is_deleted_and_not_forgotten(here: Checked, owner: str) -> None:
    backup = things.backup(here, owner)

    reply = here.call("DELETE", f"/backups/{backup}?forget=true", user=owner)

    assert (reply.status, reply.codes) == (409, ["not_own_bucket"])
    assert here.call("DELETE", f"/backups/{backup}?forget=perhaps", user=owner).status == 400
    assert here.call("DELETE", f"/backups/{backup}", user=owner).status == 204


@pytest.mark.parametrize("status", ["pending", "running"])
def test_backup_that_is_being_made_is_not_forgotten(here: Checked, owner: str, status: str) -> None:
    backup = things.backup_in(here, owner, things.backup_target(here, owner))
    things.put(backup, status=status)

    reply = here.call("DELETE", f"/backups/{backup}?forget=true", user=owner)

    assert (reply.status, reply.codes) == (409, ["wrong_state"])
