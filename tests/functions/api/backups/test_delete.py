"""Deleting backups."""

from __future__ import annotations

import boto3
import pytest

from chalicelib.runtime import wiring
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
