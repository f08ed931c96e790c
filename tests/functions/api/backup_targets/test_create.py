"""Storing buckets for backups: sealed, and read as people write them."""

from __future__ import annotations

import boto3
import pytest

from chalicelib.runtime import wiring
from chalicelib.services.backups import backup_targets
from tests.functions import things
from tests.functions.checks import TOKEN, Checked


def path_of(record_id: str) -> str:
    return f"/backup_targets/{record_id}"


def test_secret_is_sealed_and_never_shown(here: Checked, owner: str) -> None:
    target = things.backup_target(here, owner)

    shown = here.call("GET", path_of(target), user=owner).attributes

    assert (shown["region"], shown["prefix"], shown["status"]) == (
        "eu-central-1",
        "hoster",
        "unchecked",
    )
    assert (shown["access_key_id"], shown["secret_access_key"]) == ("AKIAIOSFODNN7EXAMPLE", None)
    record = wiring.records().get(target)
    assert record is not None
    backup_targets.opened(wiring, record).prove()
    [proven] = here.world.buckets.proven
    assert (proven.secret, proven.endpoint) == (TOKEN, "https://s3.example.com")
    assert TOKEN not in repr(proven)
    item = boto3.client("dynamodb").get_item(TableName="test-resources", Key={"id": {"S": target}})
    assert TOKEN not in str(item)


def test_bucket_of_aws_needs_no_endpoint_and_no_folder(here: Checked, owner: str) -> None:
    given = things.target_attributes()
    short = {name: given[name] for name in given.keys() - {"endpoint", "prefix", "region"}}

    shown = here.call("POST", "/backup_targets", short, user=owner).attributes

    assert (shown["endpoint"], shown["region"], shown["prefix"]) == (None, "us-east-1", "")


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("endpoint", " https://S3.Example.com/ ", "https://s3.example.com"),
        ("endpoint", "https://s3.example.com:443", "https://s3.example.com"),
        ("endpoint", "https://192.0.2.7:9000", "https://192.0.2.7:9000"),
        ("prefix", "/backups/hoster/", "backups/hoster"),
        ("secret_access_key", f" {TOKEN} ", None),
    ],
)
def test_what_people_write_is_kept_in_one_way(
    here: Checked, owner: str, name: str, given: str, kept: str | None
) -> None:
    target = things.backup_target(here, owner, **{name: given})

    assert here.call("GET", path_of(target), user=owner).attributes[name] == kept


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("endpoint", "http://s3.example.com"),
        ("endpoint", "s3.example.com"),
        ("endpoint", "https://ann:never-shown@s3.example.com"),
        ("endpoint", "https://s3.example.com/bucket"),
        ("endpoint", "https://s3.example.com?x=1"),
        ("endpoint", "https://s3.example.com#x"),
        ("endpoint", "https://s3.example.com:99999"),
        ("endpoint", "https://[::1"),
        ("endpoint", "https://"),
        ("endpoint", 7),
        ("region", "eu central"),
        ("region", "eu-central-1.evil.example"),
        ("region", ""),
        ("bucket", "b"),
        ("bucket", "my/bucket"),
        ("bucket", "a..b"),
        ("bucket", "-ab"),
        ("bucket", "My-Bucket"),
        ("bucket", "point-s3alias"),
        ("bucket", "x" * 64),
        ("prefix", "a//b"),
        ("prefix", "../up"),
        ("prefix", "a?b"),
        ("prefix", "x" * 201),
        ("access_key_id", ""),
        ("access_key_id", "two words"),
        ("secret_access_key", ""),
        ("secret_access_key", "a\nX-Injected: b"),
    ],
)
def test_what_names_no_bucket_is_refused_with_its_place(
    here: Checked, owner: str, name: str, given: object
) -> None:
    reply = here.call(
        "POST", "/backup_targets", things.target_attributes(**{name: given}), user=owner
    )

    assert reply.status == 422
    assert [e["source"]["pointer"] for e in reply.body["errors"]] == [f"/data/attributes/{name}"]


def test_account_has_so_many_and_no_more(
    here: Checked, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_targets, "AT_MOST", 2)
    first, _ = (things.backup_target(here, owner) for _ in range(2))

    reply = here.call("POST", "/backup_targets", things.target_attributes(), user=owner)

    assert (reply.status, reply.codes) == (409, ["too_many"])
    assert here.call("DELETE", path_of(first), user=owner).status == 204
    assert things.backup_target(here, owner)
